using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Unicode;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.ML.Diffusion.Tool.Csv;
using nietras.SeparatedValues;

namespace Microsoft.ML.Diffusion.Tool.Tests.Csv;

/// <summary>Sees to it that a file that was written is the same table to every reader: ours, CsvHelper, and Sep.</summary>
internal static class OtherReaders
{
    /// <summary>Reads a file with all readers.</summary>
    public static void AssertAgree(string path, CsvOptions? options = null)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes is [0x1F, 0x8B, ..])
        {
            using var unpacked = new MemoryStream();
            using (var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
                gzip.CopyTo(unpacked);
            bytes = unpacked.ToArray();
        }

        AssertAgree(bytes, options);
    }

    /// <inheritdoc cref="AssertAgree(string, CsvOptions)"/>
    public static void AssertAgree(byte[] bytes, CsvOptions? options = null)
    {
        options ??= CsvOptions.Default;
        CsvDocument document = CsvDocument.Parse(bytes, "written.csv", options);
        // Quotes after a backslash are no RFC 4180; other readers must be told of them.
        if (document.EscapesByBackslash)
            return;
        string text = Rest(Decode(bytes, options), options.SkippedLines);
        AssertSame(document, options, CsvHelperRecords(text, document), "CsvHelper");
        bool hasStrayQuote = Enumerable.Range(0, document.RowCount).Any(row => Enumerable.Range(0, document.ColumnCount).Any(column =>
            document.Raw(row, column).Contains((byte)'"') && document.Raw(row, column)[0] != (byte)'"'));
        // Sep takes a quote anywhere in a cell for the start of quoted text.
        if (!hasStrayQuote && !text.Split('\n')[0].Contains('"', StringComparison.Ordinal))
            AssertSame(document, options, SepRecords(text, document), "Sep");
    }

    private static void AssertSame(CsvDocument document, CsvOptions options, List<string[]> records, string reader)
    {
        // Blank lines are rows to the others, and have one cell.
        if (document.ColumnCount > 1)
            records.RemoveAll(record => record.Length == 1 && record[0].Trim(' ', '\t').Length == 0);
        int header = options.HasHeader == false ? 0 : 1;
        if (document.ColumnCount == 1 && header == 1)
            records.RemoveRange(0, records.TakeWhile(record => record[0].Trim(' ', '\t').Length == 0).Count());
        Assert.True(
            document.RowCount + header == records.Count,
            $"{reader} finds {records.Count - header} rows where we find {document.RowCount}.");
        for (int row = 0; row < document.RowCount; row++)
        {
            string[] cells = records[row + header];
            Assert.True(
                cells.Length == document.ColumnCount,
                $"{reader} finds {cells.Length} cells in row {row} where we find {document.ColumnCount}.");
            for (int column = 0; column < cells.Length; column++)
            {
                // A quote after a blank is a part of the text to the others, and quotes a cell to us.
                ReadOnlySpan<byte> raw = document.Raw(row, column);
                if (!raw.StartsWith(" "u8) && !raw.StartsWith("\t"u8))
                    Assert.Equal(document.Text(row, column), cells[column].Trim(' ', '\t'));
            }
        }
    }

    private static List<string[]> CsvHelperRecords(string text, CsvDocument document)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = document.Separator.ToString(),
            BadDataFound = null,
            IgnoreBlankLines = false,
        };
        using var parser = new CsvParser(new StringReader(text), configuration);
        var records = new List<string[]>();
        while (parser.Read())
            records.Add(parser.Record!);
        return records;
    }

    private static List<string[]> SepRecords(string text, CsvDocument document)
    {
        using SepReader reader = Sep.New(document.Separator)
            .Reader(o => o with { HasHeader = false, Unescape = true, DisableColCountCheck = true })
            .FromText(text);
        var records = new List<string[]>();
        foreach (SepReader.Row row in reader)
        {
            var cells = new string[row.ColCount];
            for (int i = 0; i < cells.Length; i++)
                cells[i] = row[i].ToString();
            records.Add(cells);
        }

        return records;
    }

    private static string Decode(byte[] bytes, CsvOptions options)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Encoding guessed = bytes is [0xFF, 0xFE, ..] or [_, 0, ..] ? Encoding.Unicode
            : bytes is [0xFE, 0xFF, ..] or [0, ..] ? Encoding.BigEndianUnicode
            : Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.GetEncoding("windows-1252");
        string text = (options.Encoding ?? guessed).GetString(bytes);
        return text.StartsWith('\uFEFF') ? text[1..] : text;
    }

    private static string Rest(string text, int skipped)
    {
        for (; skipped > 0; skipped--)
        {
            int end = text.IndexOfAny(['\r', '\n']);
            text = text[(end + (text.AsSpan(end).StartsWith("\r\n") ? 2 : 1))..];
        }

        return text;
    }
}
