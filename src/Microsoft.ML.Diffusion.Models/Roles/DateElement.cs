namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>One element of a <see cref="DatePattern"/>.</summary>
/// <param name="Field">What it stands for.</param>
/// <param name="Width">Digits that are always written; for an offset: 6 for +02:00, 5 for +0200, 3 for +02.</param>
/// <param name="Literal">The character of a literal.</param>
/// <param name="Case">The letters of a name.</param>
internal readonly record struct DateElement(DateField Field, int Width = 0, char Literal = '\0', LetterCase Case = LetterCase.Usual)
{
    /// <summary>Whether the element is written in digits.</summary>
    public bool IsNumber => Field is DateField.Year or DateField.ShortYear or DateField.Month or DateField.Day or DateField.Hour
        or DateField.Hour12 or DateField.Minute or DateField.Second or DateField.Fraction;
}
