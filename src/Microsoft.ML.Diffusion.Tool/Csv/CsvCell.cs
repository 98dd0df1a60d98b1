using System.Text;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>What the bytes of one cell say, and the bytes that say it.</summary>
internal static class CsvCell
{
    private static ReadOnlySpan<byte> Blanks => " \t"u8;

    public static bool IsQuoted(ReadOnlySpan<byte> raw)
    {
        ReadOnlySpan<byte> trimmed = raw.Trim(Blanks);
        return trimmed.Length >= 2 && trimmed[0] == (byte)'"' && trimmed[^1] == (byte)'"';
    }

    public static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> raw) =>
        IsQuoted(raw) ? raw.Trim(Blanks)[1..^1].Trim(Blanks) : raw.Trim(Blanks);

    public static string Text(ReadOnlySpan<byte> raw)
    {
        string text = Encoding.UTF8.GetString(Content(raw));
        return IsQuoted(raw) ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }

    /// <summary>The cell with what it says replaced: blanks before an unquoted cell stay, as in files that write
    /// <c>, </c> between cells.</summary>
    /// <param name="raw">The cell as it is.</param>
    /// <param name="content">What it shall say, quoted where need be.</param>
    public static byte[] Replace(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> blanks = raw[..(raw.Length - raw.TrimStart(Blanks).Length)];
        return [.. blanks, .. content];
    }

    /// <summary>Text as a cell, in quotes where it would not be read back as it is.</summary>
    public static byte[] Encode(string text, char separator, bool quoted = false)
    {
        bool needed = quoted || text.AsSpan().ContainsAny([separator, '"', '\r', '\n']) || text.Trim(' ', '\t').Length < text.Length;
        return Encoding.UTF8.GetBytes(needed ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text);
    }
}
