using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>A CSV file as it is, byte for byte, and where its cells are. Writing it back changes nothing but the cells
/// that edits name: separators, quotes, line ends, byte-order mark, blank lines and the end of the file stay.</summary>
/// <remarks>The first record that is not blank is the header. Blank lines are passed over, except in a file of one
/// column, where a blank line is an empty cell.</remarks>
public sealed class CsvDocument
{
    private readonly byte[] _bytes;
    private readonly int[] _rowStarts;
    private readonly int[] _cellEnds;

    private CsvDocument(string path, byte[] bytes, byte separator, string[] columnNames, int[] rowStarts, int[] cellEnds)
    {
        Path = path;
        _bytes = bytes;
        Separator = (char)separator;
        ColumnNames = columnNames;
        _rowStarts = rowStarts;
        _cellEnds = cellEnds;
    }

    /// <summary>The file's name as the user wrote it, for messages.</summary>
    public string Path { get; }

    /// <summary>Comma, semicolon or tab.</summary>
    public char Separator { get; }

    /// <summary>Names from the header; one without a name is called <c>column N</c>, counted from 1.</summary>
    public IReadOnlyList<string> ColumnNames { get; }

    /// <summary>Records after the header.</summary>
    public int RowCount => _rowStarts.Length;

    /// <summary>Cells of a record.</summary>
    public int ColumnCount => ColumnNames.Count;

    /// <summary>How the file ends its lines: as it ends the header; a line feed where nothing follows that.</summary>
    public ReadOnlySpan<byte> LineEnd
    {
        get
        {
            ReadOnlySpan<byte> before = _bytes.AsSpan(..HeaderEnd);
            ReadOnlySpan<byte> after = before[before.TrimEnd("\r\n"u8).Length..];
            return after.StartsWith("\r\n"u8) ? "\r\n"u8 : after.StartsWith("\r"u8) ? "\r"u8 : "\n"u8;
        }
    }

    private int HeaderEnd => RowCount > 0 ? _rowStarts[0] : _bytes.Length;

    /// <summary>Reads a file, unpacked first where it is gzip.</summary>
    /// <exception cref="InputException">No such file, not UTF-8, or not a CSV.</exception>
    public static CsvDocument Read(string path) => Parse(CsvFile.ReadBytes(path), path);

    /// <summary>Finds the cells of a CSV file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <exception cref="InputException">Not UTF-8, or not a CSV.</exception>
    public static CsvDocument Parse(byte[] bytes, string path)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        int start = TextEncoding.CheckUtf8(bytes, path);
        byte separator = SeparatorSniffer.Sniff(bytes, start);
        var scanner = new CsvScanner(bytes, start, separator);
        var rowStarts = new List<int>();
        var cellEnds = new List<int>();
        string[]? names = null;
        int before = 0;
        try
        {
            while (true)
            {
                before = cellEnds.Count;
                int recordStart = scanner.Position;
                if (!scanner.ReadRecord(cellEnds))
                    break;
                int count = cellEnds.Count - before;
                bool blank = count == 1 && bytes.AsSpan(recordStart..cellEnds[^1]).Trim(" \t"u8).IsEmpty;
                if (blank && names is not { Length: 1 })
                {
                    cellEnds.RemoveAt(before);
                }
                else if (names is null)
                {
                    names = CsvHeader.Read(bytes, recordStart, cellEnds, path);
                    cellEnds.Clear();
                }
                else
                {
                    if (count != names.Length)
                        throw Ragged(bytes, recordStart, count, names, (char)separator, path);
                    rowStarts.Add(recordStart);
                }
            }
        }
        catch (CsvSyntaxException e)
        {
            throw Syntax(bytes, e, names, cellEnds.Count - before, path);
        }

        if (names is null)
            throw new InputException($"{path} is empty; a header line with the names of the columns was expected.");
        var document = new CsvDocument(path, bytes, separator, names, [.. rowStarts], [.. cellEnds]);
        CsvHeader.RefuseData(document);
        return document;
    }

    /// <summary>The cell's bytes as they are in the file, quotes and blanks around it included.</summary>
    public ReadOnlySpan<byte> Raw(int row, int column)
    {
        (int start, int end) = Range(row, column);
        return _bytes.AsSpan(start..end);
    }

    /// <summary>What the cell says: without blanks around it and without quotes, quotes inside it still doubled.</summary>
    public ReadOnlySpan<byte> Content(int row, int column) => CsvCell.Content(Raw(row, column));

    /// <summary>What the cell says, as text.</summary>
    public string Text(int row, int column) => CsvCell.Text(Raw(row, column));

    /// <summary>The line of the file on which a row starts, counted from 1.</summary>
    public int LineOf(int row) => LineAt(_bytes, _rowStarts[row]);

    /// <summary><c>FILE, line N, column NAME</c>, for messages.</summary>
    public string Locate(int row, int column) => $"{Path}, line {LineOf(row)}, column {ColumnNames[column]}";

    /// <summary>Writes the file with some cells replaced.</summary>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="edits">What to replace, in the order of the file.</param>
    public void Write(Stream output, IEnumerable<CellEdit> edits)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(edits);
        int position = 0;
        foreach (CellEdit edit in edits)
        {
            (int start, int end) = Range(edit.Row, edit.Column);
            if (start < position)
                throw new ArgumentException("The edits are not in the order of the file.", nameof(edits));
            output.Write(_bytes.AsSpan(position..start));
            output.Write(edit.Raw.Span);
            position = end;
        }

        output.Write(_bytes.AsSpan(position));
    }

    /// <summary>Writes what stands before the first row: byte-order mark and header, with the end of its line.</summary>
    public void WriteHeader(Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(_bytes.AsSpan(..HeaderEnd).TrimEnd("\r\n"u8));
        output.Write(LineEnd);
    }

    /// <summary>Writes the whole file, and the end of its last line where the file lacks it, so that rows can be added.</summary>
    public void WriteAll(Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(_bytes);
        if (_bytes[^1] is not ((byte)'\n' or (byte)'\r'))
            output.Write(LineEnd);
    }

    internal static int LineAt(ReadOnlySpan<byte> bytes, int offset)
    {
        int line = 1;
        for (int i = 0; i < offset; i++)
        {
            if (bytes[i] == (byte)'\n' || (bytes[i] == (byte)'\r' && (i + 1 >= bytes.Length || bytes[i + 1] != (byte)'\n')))
                line++;
        }

        return line;
    }

    private (int Start, int End) Range(int row, int column)
    {
        int cell = checked((row * ColumnCount) + column);
        return (column == 0 ? _rowStarts[row] : _cellEnds[cell - 1] + 1, _cellEnds[cell]);
    }

    private static InputException Ragged(byte[] bytes, int recordStart, int count, string[] names, char separator, string path)
    {
        string where = count < names.Length
            ? $"it ends before column {names[count]}"
            : $"there is more after column {names[^1]}";
        string mark = separator == '\t' ? "tabs" : $"'{separator}'";
        return new InputException($"{path}, line {LineAt(bytes, recordStart)}: {count} cells between {mark} where the header names {names.Length}; {where}.");
    }

    private static InputException Syntax(byte[] bytes, CsvSyntaxException e, string[]? names, int column, string path)
    {
        string name = names is not null && column < names.Length
            ? names[column]
            : (column + 1).ToString(CultureInfo.InvariantCulture);
        return new InputException($"{path}, line {LineAt(bytes, e.Offset)}, column {name}: {e.Message}.", e);
    }
}
