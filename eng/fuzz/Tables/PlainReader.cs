using System.Text;

namespace Microsoft.ML.Diffusion.Fuzzing.Tables;

/// <summary>Reads text as RFC 4180 has it, written on its own so that a mistake of the tool's reader is not made again: records end at a
/// line end, cells at the separator, a cell that begins with a quote ends at the closing one. Where the RFC says nothing, it does what most
/// readers do: a quote inside a cell is a character, and so is what follows a closing quote.</summary>
internal static class PlainReader
{
    /// <summary>The records.</summary>
    /// <param name="text">The text.</param>
    /// <param name="separator">What parts cells.</param>
    /// <returns>Null where a quote is never closed.</returns>
    public static List<string[]>? Read(string text, char separator)
    {
        var records = new List<string[]>();
        var cells = new List<string>();
        var cell = new StringBuilder();
        int i = 0;
        while (i < text.Length)
        {
            if (text[i] == '"' && !Quoted(text, ref i, cell))
                return null;
            while (i < text.Length && text[i] != separator && text[i] is not ('\r' or '\n'))
                cell.Append(text[i++]);
            cells.Add(cell.ToString());
            cell.Clear();
            if (i < text.Length && text[i] == separator)
            {
                i++;
                if (i < text.Length)
                    continue;
                cells.Add(string.Empty);
            }

            i += i + 1 < text.Length && text[i] == '\r' && text[i + 1] == '\n' ? 2 : 1;
            records.Add([.. cells]);
            cells.Clear();
        }

        return records;
    }

    private static bool Quoted(string text, ref int i, StringBuilder cell)
    {
        for (i++; i < text.Length; i++)
        {
            if (text[i] != '"')
            {
                cell.Append(text[i]);
                continue;
            }

            i++;
            if (i >= text.Length || text[i] != '"')
                return true;
            cell.Append('"');
        }

        return false;
    }
}
