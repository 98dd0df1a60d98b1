namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>A run of digits, a word or a single other character.</summary>
/// <param name="Kind">d: digits; w: a word; otherwise the character itself.</param>
/// <param name="Start">Where it starts.</param>
/// <param name="Length">How many characters.</param>
internal readonly record struct DateToken(char Kind, int Start, int Length)
{
    public bool IsDigits => Kind == 'd';
    public bool IsWord => Kind == 'w';
}
