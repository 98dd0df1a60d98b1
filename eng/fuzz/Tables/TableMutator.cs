using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Microsoft.ML.Diffusion.Fuzzing.Tables;

/// <summary>Makes small tables of every kind of column, written in every usual way, and changes their bytes as chance, bad programs and
/// malice do.</summary>
internal static class TableMutator
{
    // A table is a few rows so that a case takes milliseconds; a few are large.
    private const int MostRows = 12, MostColumns = 6, ManyColumns = 300, ManyRows = 2000, HugeField = 300_000;

    private static readonly Encoding s_windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    private static readonly string[] s_missing = ["", " ", "  ", "\"\"", "\" \"", "?", " ?", "NaN", "NA", "n/a", "-", "\t", "null", "-999"];

    private static readonly string[] s_extremes =
    [
        "1e308", "-1.797e308", "1e400", "1e-320", "5e-324", "1e160", "-0", "0.0", "9007199254740993", "99999999999999999999", "Infinity",
        "-inf", "0x1F", "1_000", "1.2.3", "+5", "5-", "(5)", "1e", "٣", "１２", "½",
    ];

    private static readonly byte[][] s_parts =
    [
        .. new[]
            {
                "\"", "\"\"", "\"\"\"", ",", ";", "\t", "|", "\n", "\r\n", "\r", "\n\n", " ", " \"", "\" ", "\",\"", "?", " ?",
                "\"x, y\"", "\"3 ft\" tall", "'", "\\", "\\\"", "\\\\", "1e5", "-", "007", "é", "\uFEFF", "#", "=1+1", "\u00A0", "\u200B",
                "\u2028", "\u202E", "😀", "\0", "\u001B[31m", "\u0085", "NaN", "true", "1e999", "sep=;\n", "\v", "\f",
            }
            .Select(Encoding.UTF8.GetBytes), [0xE9], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF4, 0x90, 0x80, 0x80],
    ];

    /// <summary>Makes a file.</summary>
    /// <param name="random">Decides on everything.</param>
    /// <param name="real">Texts of real tables, of which the first rows are taken now and then; may be none.</param>
    public static byte[] Make(Random random, IReadOnlyList<string> real)
    {
        string text = real.Count > 0 && random.Next(3) == 0 ? Beginning(random.GetItems([.. real], 1)[0], random) : Table(random);
        List<byte> bytes = [.. Encode(text, random)];
        for (int change = random.Next(4); change > 0; change--)
            Change(bytes, random);
        return random.Next(60) == 0 ? Packed([.. bytes], random) : [.. bytes];
    }

    private static string Beginning(string table, Random random)
    {
        string[] lines = table.Split('\n');
        return string.Join('\n', lines.Take(random.Next(2, MostRows + 2))) + "\n";
    }

    private static string Table(Random random)
    {
        char separator = random.GetItems([',', ',', ';', '\t', '|'], 1)[0];
        string lineEnd = random.GetItems(["\n", "\n", "\r\n", "\r"], 1)[0];
        int columns = random.Next(200) == 0 ? ManyColumns : random.Next(1, MostColumns + 1);
        int rows = random.Next(400) == 0 ? ManyRows : random.Next(MostRows + 1);
        double missing = random.GetItems([0, 0.1, 0.3, 0.6], 1)[0];
        int[] kinds = [.. Enumerable.Range(0, columns).Select(_ => random.Next(20))];
        string blank = random.Next(5) == 0 ? " " : "";
        var text = new StringBuilder();
        if (random.Next(10) > 0)
        {
            text.AppendJoin(separator, Enumerable.Range(0, columns).Select(i =>
                random.Next(40) == 0 ? random.GetItems(["", "c1", "\"a b\"", "12", "ß", "\"x\"\"y\""], 1)[0] : $"c{i}")).Append(lineEnd);
        }

        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                string cell = random.NextDouble() < missing
                    ? random.GetItems(s_missing, 1)[0] : Cell(kinds[column], row, separator, random);
                text.Append(column == 0 ? "" : separator + blank).Append(cell);
            }

            if (row < rows - 1 || random.Next(6) > 0)
                text.Append(lineEnd);
        }

        return text.ToString();
    }

    private static string Cell(int kind, int row, char separator, Random random)
    {
        CultureInfo plain = CultureInfo.InvariantCulture;
        double number = Math.Round(random.NextDouble() * 1000, random.Next(4));
        return kind switch
        {
            0 => random.Next(5).ToString(plain),
            1 => (row * 1.5).ToString(plain),
            2 => number.ToString(plain),
            3 => Quoted(number.ToString("0.00", plain).Replace('.', ','), separator),
            4 => Quoted("$" + (number * 1000).ToString("#,##0.00", plain), separator),
            5 => $"{random.Next(100)} %",
            6 => new DateTime(2020, 1, 1).AddDays(random.Next(900)).ToString("yyyy-MM-dd", plain),
            7 => new DateTime(2020, 1, 1).AddDays(random.Next(900)).ToString("dd.MM.yyyy", plain),
            8 => new DateTime(2020, 1, 1).AddMinutes(random.Next(900_000)).ToString("yyyy-MM-ddTHH:mm:ssK", plain),
            9 => $"{random.Next(24):00}:{random.Next(60):00}",
            10 => random.GetItems(["red", "green", "blue"], 1)[0],
            11 => random.GetItems(["\"Gen, A\"", "\"q \"\" q\"", " \"3 ft\" tall", "5\" pipe", $"\"in{separator}side\""], 1)[0],
            12 => random.Next(30).ToString("000", plain),
            13 => random.GetItems(["yes", "no"], 1)[0],
            14 => $"C-{row + 100:00000}",
            15 => random.GetItems(["\"two\nlines\"", "a long text with several words", "x@y.org", "é€ü", "Straße", "\"a\\\"b\""], 1)[0],
            16 => random.GetItems(s_extremes, 1)[0],
            17 => "same",
            18 => (1_600_000_000 + random.Next(1_000_000)).ToString(plain),
            _ => random.GetItems(["Yes", "yes", "YES", "No", " no"], 1)[0],
        };
    }

    private static string Quoted(string cell, char separator) => cell.Contains(separator, StringComparison.Ordinal) ? $"\"{cell}\"" : cell;

    private static byte[] Encode(string text, Random random) => random.Next(16) switch
    {
        0 => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
        1 => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)],
        2 => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)],
        3 => s_windows1252.GetBytes(text),
        4 when random.Next(2) == 0 => Encoding.Unicode.GetBytes(text),
        _ => Encoding.UTF8.GetBytes(text),
    };

    private static void Change(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count + 1), length = Math.Min(random.Next(1, 8), bytes.Count - at);
        switch (random.Next(12))
        {
            case 0 or 1:
                bytes.RemoveRange(at, length);
                break;
            case 2 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 4:
                // A part of it once more, or a whole line where it begins with one.
                int start = random.Next(bytes.Count + 1);
                bytes.InsertRange(at, bytes.GetRange(start, Math.Min(random.Next(60), bytes.Count - start)));
                break;
            case 5 when random.Next(10) == 0:
                int most = random.Next(20) == 0 ? HugeField : 20_000;
                bytes.InsertRange(at, Enumerable.Repeat(random.GetItems("x\"1 é"u8.ToArray(), 1)[0], random.Next(most)));
                break;
            default:
                bytes.InsertRange(at, random.GetItems(s_parts, 1)[0]);
                break;
        }
    }

    private static byte[] Packed(byte[] bytes, Random random)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        byte[] packed = stream.ToArray();
        if (packed.Length > 0 && random.Next(2) == 0)
            packed[random.Next(packed.Length)] ^= (byte)(1 << random.Next(8));
        return random.Next(4) == 0 ? packed[..random.Next(packed.Length)] : packed;
    }
}
