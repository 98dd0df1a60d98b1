using System.Text;
using Microsoft.ML.Diffusion.Tool;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Fuzzing.Tables;

/// <summary>Compares a table with what a command made of it: cells that may change may, and nothing else does, neither to the tool's
/// reader nor to a plain one.</summary>
internal sealed class TableComparison
{
    private readonly CsvDocument _before;
    private readonly CsvDocument _after;
    private readonly CsvOptions _options;
    private readonly List<CellEdit> _changes = [];

    private TableComparison(CsvDocument before, CsvDocument after, CsvOptions options) =>
        (_before, _after, _options) = (before, after, options);

    /// <summary>Whether the cell of a document at a place may differ.</summary>
    public delegate bool Changeable(CsvDocument before, CsvDocument after, int row, int column);

    /// <summary>Compares.</summary>
    /// <param name="before">The input.</param>
    /// <param name="after">The output.</param>
    /// <param name="options">What the command was told about both.</param>
    /// <param name="mayChange">Which cells may differ.</param>
    /// <returns>What is wrong; null for nothing.</returns>
    public static string? Fault(byte[] before, byte[] after, CsvOptions options, Changeable mayChange)
    {
        CsvDocument input = CsvDocument.Parse(before, "in.csv", options), output;
        // What had to be guessed of the input is not guessed again: the only cell that tells the encoding may be hidden, and a header of
        // numbers may come again in a row. Backslashes before quotes are no RFC 4180, and may be read in two ways.
        Encoding? guessed = TextEncoding.Detect(before, options.Encoding, isWhole: true, "in.csv");
        if (input.EscapesByBackslash)
            options = options with { Separator = input.Separator };
        bool hasMark = before is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..];
        if (!hasMark)
            options = options with { Encoding = guessed ?? options.Encoding };
        options = options with { HasHeader = options.HasHeader ?? true };
        try
        {
            output = CsvDocument.Parse(after, "out.csv", options);
        }
        catch (InputException e)
        {
            return $"the output cannot be read: {e.Message}";
        }

        var comparison = new TableComparison(input, output, options);
        return comparison.OwnFault(mayChange) ?? comparison.PlainFault();
    }

    private string? OwnFault(Changeable mayChange)
    {
        if (_after.RowCount != _before.RowCount || !_after.ColumnNames.SequenceEqual(_before.ColumnNames, StringComparer.Ordinal))
            return $"{_before.RowCount} rows of {_before.ColumnCount} columns became {_after.RowCount} of {_after.ColumnCount}";
        for (int row = 0; row < _before.RowCount; row++)
        {
            for (int column = 0; column < _before.ColumnCount; column++)
            {
                if (_before.Raw(row, column).SequenceEqual(_after.Raw(row, column)))
                    continue;
                if (!mayChange(_before, _after, row, column))
                {
                    return $"row {row}, column {column}: {Encoding.UTF8.GetString(_before.Raw(row, column))} became "
                        + Encoding.UTF8.GetString(_after.Raw(row, column));
                }

                _changes.Add(new CellEdit(row, column, _after.Raw(row, column).ToArray()));
            }
        }

        return Bytes(_before, _changes).AsSpan().SequenceEqual(Bytes(_after, [])) ? null : "bytes between the cells changed";
    }

    private string? PlainFault()
    {
        // Quotes after a backslash are no RFC 4180.
        if (_before.EscapesByBackslash)
            return null;
        List<string[]>? before = PlainReader.Read(Rest(Text(_before)), _before.Separator);
        List<string[]>? after = PlainReader.Read(Rest(Text(_after)), _after.Separator);
        if (before is null || after is null)
            return before is null ? "a plain reader cannot read the input" : "a plain reader cannot read the output";
        if (before.Count != after.Count || before.Where((record, i) => record.Length != after[i].Length).Any())
            return "a plain reader finds other records or cells than before";
        // Blank lines are rows to a plain reader.
        int[] rows = [.. Enumerable.Range(0, before.Count).Where(i => _before.ColumnCount == 1 || !IsBlank(before[i]))];
        int header = _options.HasHeader == false ? 0 : 1;
        // Those before the header of a single column are none to us; quotes without text are a header.
        int skipped = Math.Max(0, rows.Length - _before.RowCount - header);
        if (_before.ColumnCount == 1 && header == 1 && rows[..skipped].All(i => IsBlank(before[i])))
            rows = rows[skipped..];
        if (rows.Length != _before.RowCount + header)
            return $"a plain reader finds {rows.Length - header} rows, and there are {_before.RowCount}";
        var changed = _changes.Select(change => (change.Row, change.Column)).ToHashSet();
        for (int row = 0; row < rows.Length; row++)
        {
            string[] old = before[rows[row]], now = after[rows[row]];
            if (old.Length != _before.ColumnCount)
                return $"a plain reader finds {old.Length} cells in row {row - header}";
            for (int column = 0; column < old.Length; column++)
            {
                bool mayDiffer = changed.Contains((row - header, column));
                string expected = mayDiffer ? _after.Text(row - header, column) : old[column];
                string found = mayDiffer ? now[column].Trim(' ', '\t') : now[column];
                if (found != expected)
                    return $"a plain reader finds '{found}' in row {row - header}, column {column}, where '{expected}' is";
            }
        }

        return null;
    }

    private static bool IsBlank(string[] record) => record.Length == 1 && record[0].Trim(' ', '\t').Length == 0;

    private static byte[] Bytes(CsvDocument document, IEnumerable<CellEdit> edits)
    {
        using var stream = new MemoryStream();
        document.Write(stream, edits);
        return stream.ToArray();
    }

    private static string Text(CsvDocument document)
    {
        string text = Encoding.UTF8.GetString(Bytes(document, []));
        return text.StartsWith('\uFEFF') ? text[1..] : text;
    }

    private string Rest(string text)
    {
        for (int skipped = _options.SkippedLines; skipped > 0; skipped--)
        {
            int end = text.IndexOfAny(['\r', '\n']);
            text = end < 0 ? string.Empty : text[(end + (text.AsSpan(end).StartsWith("\r\n") ? 2 : 1))..];
        }

        return text;
    }
}
