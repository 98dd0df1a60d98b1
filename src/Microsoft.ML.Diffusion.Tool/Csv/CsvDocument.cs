using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Tool.Files;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>A CSV file as it is, byte for byte, and where its cells are. Writing it back changes nothing but the cells
/// that edits name: separators, quotes, line ends, byte-order mark, blank lines, lines before the header, the encoding and the
/// end of the file stay.</summary>
/// <remarks>The first record that is not blank is the header, unless the user says that there is none. Blank lines are passed
/// over, except in a file of one column, where a blank line is an empty cell.</remarks>
internal sealed class CsvDocument
{
    private readonly byte[] _bytes;
    private readonly CsvHead _head;
    private readonly Encoding? _encoding;
    private readonly long _linesBefore;
    private readonly int[] _rowStarts;
    private readonly int[] _cellEnds;

    /// <param name="path">The file's name.</param>
    /// <param name="bytes">Its text in UTF-8, or a block of it.</param>
    /// <param name="head">What its beginning says.</param>
    /// <param name="encoding">How its characters are bytes; null for UTF-8.</param>
    /// <param name="linesBefore">How many of its lines stand before the block.</param>
    /// <param name="rows">Where its rows start and its cells end.</param>
    internal CsvDocument(string path, byte[] bytes, CsvHead head, Encoding? encoding, long linesBefore, (int[] Starts, int[] CellEnds) rows)
    {
        Path = path;
        _bytes = bytes;
        _head = head;
        _encoding = encoding;
        _linesBefore = linesBefore;
        (_rowStarts, _cellEnds) = rows;
    }

    /// <summary>The file's name as the user wrote it, for messages.</summary>
    public string Path { get; }

    /// <summary>What parts the cells, such as a comma, semicolon, tab or pipe.</summary>
    public char Separator => (char)_head.Syntax.Separator;

    /// <summary>Whether quotes inside quotes may have a backslash before them.</summary>
    public bool EscapesByBackslash => _head.Syntax.EscapesByBackslash;

    /// <summary>Names from the header; one without a name is called <c>column N</c>, counted from 1. Without a header they are
    /// <c>C1</c>, <c>C2</c> and so on.</summary>
    public IReadOnlyList<string> ColumnNames => _head.Names;

    /// <summary>Whether a line names the columns.</summary>
    public bool HasHeader => _head.HasHeader;

    /// <summary>Records after the header.</summary>
    public int RowCount => _rowStarts.Length;

    /// <summary>Cells of a record.</summary>
    public int ColumnCount => ColumnNames.Count;

    /// <summary>How the file ends its lines: as it ends the first; a line feed where it ends none.</summary>
    public ReadOnlySpan<byte> LineEnd => _head.LineEnd;

    /// <summary>What was found out about how the file is written and may not be what the user thinks, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Reads a file, unpacked first where it is gzip.</summary>
    /// <exception cref="InputException">No such file, no text, or not a CSV.</exception>
    public static CsvDocument Read(string path, CsvOptions? options = null) =>
        Parse(CsvFile.ReadBytes(path), StandardStream.InputName(path), options);

    /// <summary>Finds the cells of a CSV file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="options">What the user says about it; null for nothing.</param>
    /// <exception cref="InputException">No text, or not a CSV.</exception>
    public static CsvDocument Parse(byte[] bytes, string path, CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        options ??= CsvOptions.Default;
        Encoding? encoding = TextEncoding.Detect(bytes, options.Encoding, isWhole: true, path);
        byte[] text = TextEncoding.ToUtf8(bytes, encoding, path);
        CsvDocument document;
        try
        {
            document = Parse(text, encoding, options, escapesByBackslash: false, path);
        }
        catch (InputException) when (text.AsSpan().IndexOf("\\\""u8) >= 0 && ParseEscaped(text, encoding, options, path) is { } escaped)
        {
            document = escaped;
        }

        string? header = options.HasHeader is null ? CsvHeader.RefuseData(document) : null;
        string?[] notes =
        [
            TextEncoding.Note(encoding, options.Encoding, path),
            document.EscapesByBackslash ? NoteOnBackslash(path) : null,
            header,
            document.NoteOnTitle(options),
        ];
        return new CsvDocument(path, text, document._head, encoding, 0, (document._rowStarts, document._cellEnds))
        {
            Notes = [.. notes.OfType<string>()],
        };
    }

    /// <summary>The cell's bytes as they are in the file, quotes and blanks around it included.</summary>
    public ReadOnlySpan<byte> Raw(int row, int column)
    {
        (int start, int end) = Range(row, column);
        return _bytes.AsSpan(start..end);
    }

    /// <summary>What the cell says: without blanks around it and without quotes, quotes inside it still as they are written.</summary>
    public ReadOnlySpan<byte> Content(int row, int column) => CsvCell.Content(Raw(row, column), EscapesByBackslash);

    /// <summary>What the cell says, as text.</summary>
    public string Text(int row, int column) => CsvCell.Text(Raw(row, column), EscapesByBackslash);

    /// <summary>The line of the file on which a row starts, counted from 1.</summary>
    public long LineOf(int row) => _linesBefore + CsvRows.LineAt(_bytes, _rowStarts[row]);

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

    /// <summary>Writes the file, or the rows of one imputation in long form, with some cells replaced.</summary>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="edits">What to replace, in the order of the file.</param>
    /// <param name="imputation">The number of the imputation, from 1, for the long form of R's mice: before each row its number and the
    /// row's, before the first imputation the header; blank lines and lines before the header are left out. Null for the file.</param>
    /// <param name="firstRow">How many rows stand before the block.</param>
    public void Write(Stream output, IEnumerable<CellEdit> edits, int? imputation, long firstRow)
    {
        if (imputation is not { } number)
        {
            Write(output, edits);
            return;
        }

        if (number == 1 && HasHeader && _linesBefore == 0)
        {
            output.Write(Encoding.UTF8.GetBytes($".imp{Separator}.id{Separator}"));
            output.Write(_bytes.AsSpan(_head.HeaderStart.._head.BodyStart).TrimEnd("\r\n"u8));
            output.Write(LineEnd);
        }

        using IEnumerator<CellEdit> next = edits.GetEnumerator();
        bool hasNext = next.MoveNext();
        for (int row = 0; row < RowCount; row++)
        {
            output.Write(Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{number}{Separator}{firstRow + row + 1}{Separator}")));
            int position = _rowStarts[row];
            for (; hasNext && next.Current.Row == row; hasNext = next.MoveNext())
            {
                (int start, int end) = Range(row, next.Current.Column);
                output.Write(_bytes.AsSpan(position..start));
                output.Write(next.Current.Raw.Span);
                position = end;
            }

            output.Write(_bytes.AsSpan(position.._cellEnds[((row + 1) * ColumnCount) - 1]));
            output.Write(LineEnd);
        }
    }

    /// <summary>Writes what stands before the first row: byte-order mark, lines to skip and header, with the end of its line.</summary>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="isExact">Whether a line end that the file lacks is left out.</param>
    public void WriteHeader(Stream output, bool isExact = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        ReadOnlySpan<byte> head = _bytes.AsSpan(.._head.BodyStart);
        output.Write(head);
        if (!isExact && _head.HasHeader && head[^1] is not ((byte)'\n' or (byte)'\r'))
            output.Write(LineEnd);
    }

    /// <summary>Writes all of it, and the end of its last line where that is lacking, so that rows can be added.</summary>
    public void WriteAll(Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(_bytes);
        if (_bytes[^1] is not ((byte)'\n' or (byte)'\r'))
            output.Write(LineEnd);
    }

    /// <summary>Some of the rows, with the blank lines that follow them, and without what stands before the first row of a file.</summary>
    /// <param name="from">The first of them.</param>
    /// <param name="to">The row after the last of them.</param>
    public CsvDocument Rows(int from, int to)
    {
        int start = from > 0 ? _rowStarts[from] : _linesBefore == 0 ? _head.BodyStart : 0;
        int end = to < RowCount ? _rowStarts[to] : _bytes.Length;
        int[] starts = [.. _rowStarts[from..to].Select(position => position - start)];
        int[] cellEnds = [.. _cellEnds[(from * ColumnCount)..(to * ColumnCount)].Select(position => position - start)];
        return new CsvDocument(
            Path, _bytes[start..end], _head, _encoding, _linesBefore + CsvRows.CountLines(_bytes.AsSpan(..start)), (starts, cellEnds));
    }

    /// <summary>What stands before the rows, alone.</summary>
    public CsvDocument WithoutRows() => new(Path, _bytes[.._head.BodyStart], _head, _encoding, 0, ([], []));

    /// <summary>Says that quotes inside quotes have a backslash before them.</summary>
    internal static string NoteOnBackslash(string path) => $"{path} writes quotes inside quotes as \\\" and is read so.";

    /// <summary>One column may be a title above a table, or cells parted by something that nobody named: says what to do then.</summary>
    internal string? NoteOnTitle(CsvOptions options)
    {
        if (ColumnCount > 1 || !_head.HasHeader || options.Separator is not null || RowCount < 2
            || SeparatorSniffer.AfterTitle(_bytes, _head.BodyStart, isWhole: true) is not { } separator)
        {
            return null;
        }

        string name = new CsvSyntax(separator, false).SeparatorName;
        return $"{Path} is read as one column; if its first line is a title above cells between {name}, --skip {LineOf(0) - 1} " +
            "leaves it out.";
    }

    private static CsvDocument? ParseEscaped(byte[] text, Encoding? encoding, CsvOptions options, string path)
    {
        try
        {
            return Parse(text, encoding, options, escapesByBackslash: true, path);
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static CsvDocument Parse(byte[] text, Encoding? encoding, CsvOptions options, bool escapesByBackslash, string path)
    {
        CsvHead? head = null;
        var rowStarts = new List<int>();
        var cellEnds = new List<int>();
        try
        {
            head = CsvHead.Read(text, options, escapesByBackslash, isWhole: true, path);
            CsvRows.Read(text, head.BodyStart, head, isLast: true, (path, 0), rowStarts, cellEnds);
        }
        catch (CsvSyntaxException e)
        {
            throw CsvRows.Refusal(text, e, head, head is null ? 0 : cellEnds.Count - (rowStarts.Count * head.Names.Length), (path, 0));
        }

        return new CsvDocument(path, text, head, encoding, 0, ([.. rowStarts], [.. cellEnds]));
    }

    private (int Start, int End) Range(int row, int column)
    {
        int cell = checked((row * ColumnCount) + column);
        return (column == 0 ? _rowStarts[row] : _cellEnds[cell - 1] + 1, _cellEnds[cell]);
    }
}
