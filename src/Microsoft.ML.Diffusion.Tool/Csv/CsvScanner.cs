using System.Buffers;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Finds the cells of one record after another in UTF-8 bytes, as RFC 4180 has it: cells parted by one
/// separator byte, records by LF, CRLF or CR, a cell that starts with a quote runs to the closing one and doubles the
/// quotes inside (or has a backslash before them, where the file does that). A quote further inside a cell is a character
/// like any other.</summary>
internal ref struct CsvScanner
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly CsvSyntax _syntax;
    private readonly SearchValues<byte> _cellEnds;
    private int _position;

    public CsvScanner(ReadOnlySpan<byte> text, int start, CsvSyntax syntax)
    {
        _text = text;
        _syntax = syntax;
        _cellEnds = SearchValues.Create([syntax.Separator, (byte)'\r', (byte)'\n']);
        _position = start;
    }

    /// <summary>Where the next record starts.</summary>
    public readonly int Position => _position;

    /// <summary>Reads one record: appends the end of each of its cells. A cell starts one byte after the end of the
    /// one before it.</summary>
    /// <returns>False at the end of the text.</returns>
    /// <exception cref="CsvSyntaxException">A quote that is never closed, or text after the closing quote.</exception>
    public bool ReadRecord(List<int> cellEnds)
    {
        if (_position >= _text.Length)
            return false;
        while (true)
        {
            int end = _position < _text.Length && _text[_position] == (byte)'"' ? EndOfQuoted(_position) : EndOfPlain(_position);
            cellEnds.Add(end);
            if (end < _text.Length && _text[end] == _syntax.Separator)
            {
                _position = end + 1;
                continue;
            }

            _position = AfterLineEnd(_text, end);
            return true;
        }
    }

    /// <summary>Where the line after the one that ends at an offset starts.</summary>
    public static int AfterLineEnd(ReadOnlySpan<byte> text, int end)
    {
        if (end >= text.Length)
            return end;
        bool two = text[end] == (byte)'\r' && end + 1 < text.Length && text[end + 1] == (byte)'\n';
        return end + (two ? 2 : 1);
    }

    private readonly int EndOfPlain(int start)
    {
        int length = _text[start..].IndexOfAny(_cellEnds);
        return length < 0 ? _text.Length : start + length;
    }

    private readonly int EndOfQuoted(int start)
    {
        int position = start + 1;
        while (true)
        {
            ReadOnlySpan<byte> rest = _text[position..];
            int length = _syntax.EscapesByBackslash ? rest.IndexOfAny((byte)'"', (byte)'\\') : rest.IndexOf((byte)'"');
            if (length < 0 || position + length >= _text.Length)
            {
                const string Unclosed = "the quote opened here is never closed; a closing quote was expected before the end of the file";
                throw new CsvSyntaxException(start, Unclosed, isUnclosed: true);
            }

            position += length + 1;
            if (_text[position - 1] == (byte)'\\')
            {
                position = Math.Min(position + 1, _text.Length);
                continue;
            }

            if (position >= _text.Length || _text[position] != (byte)'"')
                break;
            position++;
        }

        int end = EndOfPlain(position);
        if (_text[position..end].Trim(" \t"u8).Length > 0)
        {
            const string Follows = "text follows the closing quote; a separator or the end of the line was expected";
            throw new CsvSyntaxException(position, Follows, isUnclosed: false);
        }

        return end;
    }
}
