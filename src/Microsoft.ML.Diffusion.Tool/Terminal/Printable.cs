using System.Globalization;
using System.Text;

namespace Microsoft.ML.Diffusion.Tool.Terminal;

/// <summary>Text from files and command lines made fit to be shown: what a terminal would obey, or what would turn the order of the
/// text around, is written as <c>\u001B</c> and the like.</summary>
internal static class Printable
{
    /// <summary>One line: line ends inside are written so too.</summary>
    public static string Line(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;
        var shown = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
                shown.Append(text, i++, 2);
            else if (IsObeyed(text[i]))
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:X4}");
            else
                shown.Append(text[i]);
        }

        return shown.ToString();
    }

    private static bool IsObeyed(char c) => CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Surrogate
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\uFEFF';
}
