using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Spellings of one category that differ in case or blanks alone: <c>Male</c>, <c>male </c>, <c>MALE</c>.</summary>
/// <param name="Preferred">The most frequent spelling.</param>
/// <param name="Others">The other spellings, most frequent first.</param>
public sealed record SpellingVariants(ValueCount Preferred, IReadOnlyList<ValueCount> Others)
{
    /// <summary>What all spellings of one category have in common: the text in large letters, without blanks at its ends and with single
    /// ones between words.</summary>
    public static string Fold(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
    }

    /// <summary>The spellings with their counts: <c>'Yes' (20), 'yes' (3)</c>.</summary>
    public override string ToString() => string.Join(", ", Others.Prepend(Preferred).Select(spelling =>
        string.Create(CultureInfo.InvariantCulture, $"'{spelling.Value}' ({spelling.Count})")));
}
