namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Bytes that are not UTF-8, in a file that may be in another encoding.</summary>
internal sealed class NotUtf8Exception(InputException refusal) : Exception(refusal.Message)
{
    /// <summary>What the user is told where it is in none.</summary>
    public InputException Refusal { get; } = refusal;
}
