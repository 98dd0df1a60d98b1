using System.Text;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>What the bytes of one cell say, and the bytes that say it.</summary>
internal static class CsvCell
{
    private static ReadOnlySpan<byte> Blanks => " \t"u8;

    /// <summary>Whether a cell stands in quotes, blanks around them aside: quotes inside are doubled, or have a backslash before them
    /// where the file does that.</summary>
    public static bool IsQuoted(ReadOnlySpan<byte> raw, bool escapesByBackslash = false)
    {
        ReadOnlySpan<byte> trimmed = raw.Trim(Blanks);
        if (trimmed.Length < 2 || trimmed[0] != (byte)'"' || trimmed[^1] != (byte)'"')
            return false;
        ReadOnlySpan<byte> inside = trimmed[1..^1];
        while (true)
        {
            int at = escapesByBackslash ? inside.IndexOfAny((byte)'"', (byte)'\\') : inside.IndexOf((byte)'"');
            if (at < 0)
                return true;
            bool isPair = at + 1 < inside.Length && (inside[at] == (byte)'\\' || inside[at + 1] == (byte)'"');
            if (!isPair)
                return false;
            inside = inside[(at + 2)..];
        }
    }

    /// <summary>What a cell says, quotes inside it still as they are written.</summary>
    public static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> raw, bool escapesByBackslash = false) =>
        IsQuoted(raw, escapesByBackslash) ? raw.Trim(Blanks)[1..^1].Trim(Blanks) : raw.Trim(Blanks);

    /// <summary>What a cell says.</summary>
    public static string Text(ReadOnlySpan<byte> raw, bool escapesByBackslash = false)
    {
        string text = Encoding.UTF8.GetString(Content(raw, escapesByBackslash));
        if (!IsQuoted(raw, escapesByBackslash))
            return text;
        return escapesByBackslash && text.Contains('\\', StringComparison.Ordinal)
            ? Unescaped(text)
            : text.Replace("\"\"", "\"", StringComparison.Ordinal);
    }

    /// <summary>The cell with what it says replaced: blanks before an unquoted cell stay, as in files that write
    /// <c>, </c> between cells. Before quotes they go, since readers take quotes after a blank for part of the text.</summary>
    /// <param name="raw">The cell as it is.</param>
    /// <param name="content">What it shall say, quoted where need be.</param>
    public static byte[] Replace(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> blanks = raw[..(raw.Length - raw.TrimStart(Blanks).Length)];
        return content.StartsWith("\""u8) ? content.ToArray() : [.. blanks, .. content];
    }

    /// <summary>The bytes of a cell for use in another: without blanks around it, and in quotes where a reader would else
    /// take a quote in it for the start or end of quoted text.</summary>
    public static byte[] Spelling(ReadOnlySpan<byte> raw, char separator, bool escapesByBackslash = false)
    {
        ReadOnlySpan<byte> trimmed = raw.Trim(Blanks);
        return IsQuoted(trimmed, escapesByBackslash) || !trimmed.Contains((byte)'"')
            ? trimmed.ToArray()
            : Encode(Text(raw, escapesByBackslash), separator, escapesByBackslash);
    }

    /// <summary>Text as a cell, in quotes where it would not be read back as it is.</summary>
    public static byte[] Encode(string text, char separator, bool escapesByBackslash = false)
    {
        bool needed = text.AsSpan().ContainsAny([separator, '"', '\r', '\n']) || text.Trim(' ', '\t').Length < text.Length;
        if (!needed)
            return Encoding.UTF8.GetBytes(text);
        if (escapesByBackslash)
            text = text.Replace("\\", "\\\\", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes($"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
    }

    private static string Unescaped(string text)
    {
        var unescaped = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool isPair = i + 1 < text.Length && (text[i] is '\\' ? text[i + 1] is '"' or '\\' : text[i] == '"' && text[i + 1] == '"');
            if (isPair)
                i++;
            unescaped.Append(text[i]);
        }

        return unescaped.ToString();
    }
}
