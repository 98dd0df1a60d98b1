using System.IO.Compression;
using System.Text;
using Microsoft.ML.Diffusion.Tool.Files;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Goes through a CSV file once, from its start, in blocks of whole rows. The blocks put one behind the other are the file,
/// byte for byte: what stands before the rows belongs to the first.</summary>
internal sealed class CsvBlockReader : IDisposable
{
    // A row that is longer is a quote that nobody closed, or no table.
    private const int LongestRow = 1 << 28;

    private readonly Stream _unpacked;
    private readonly Stream _text;
    private readonly string _name;
    private readonly CsvOptions _options;
    private readonly Encoding? _encoding;
    private readonly bool _escapesByBackslash;
    private byte[] _buffer;
    private int _length;
    private bool _isEnd;
    private CsvHead? _head;
    private long _lines;

    /// <param name="file">The file from its start.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="options">What the user says about it.</param>
    /// <param name="encoding">How characters are bytes; null for UTF-8.</param>
    /// <param name="escapesByBackslash">Whether quotes inside quotes may have a backslash before them.</param>
    /// <param name="blockBytes">Bytes of a block; one whose only row is longer is as long as that.</param>
    public CsvBlockReader(Stream file, string name, CsvOptions options, Encoding? encoding, bool escapesByBackslash, int blockBytes)
    {
        _name = name;
        _options = options;
        _encoding = encoding;
        _escapesByBackslash = escapesByBackslash;
        _buffer = new byte[blockBytes];
        _unpacked = Unpacked(file, name);
        _text = encoding is null ? _unpacked : TextEncoding.Reading(_unpacked, encoding);
    }

    /// <summary>Whether a backslash before a quote was seen so far.</summary>
    public bool HasEscapedQuotes { get; private set; }

    /// <summary>The bytes of a file, unpacked where it starts as gzip does.</summary>
    /// <param name="file">The file from its start.</param>
    /// <param name="name">Its name, for messages.</param>
    public static Stream Unpacked(Stream file, string name)
    {
        byte[] mark = new byte[2];
        int length = Fill(file, mark, 0, name);
        var all = new BegunStream(mark.AsMemory(..length), file);
        return CsvFile.IsGzip(mark) ? new GZipStream(all, CompressionMode.Decompress) : all;
    }

    /// <summary>Reads until a buffer is full or the stream ends.</summary>
    /// <returns>How much of the buffer is filled.</returns>
    /// <exception cref="InputException">The stream cannot be read.</exception>
    public static int Fill(Stream stream, byte[] buffer, int start, string name)
    {
        try
        {
            return start + stream.ReadAtLeast(buffer.AsSpan(start), buffer.Length - start, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw CsvFile.Damaged(name, e);
        }
        catch (IOException e)
        {
            throw new InputException($"{name} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>Reads the next block.</summary>
    /// <returns>Null at the end. The first block may have no rows, and is there even where the file has none.</returns>
    /// <exception cref="InputException">No text, or no CSV: names the line of the file.</exception>
    /// <exception cref="NotUtf8Exception">The same, where another encoding may help.</exception>
    public CsvDocument? Read()
    {
        while (!_isEnd || _length > 0)
        {
            Fill();
            if (ReadRows() is { } block)
                return block;
            if (_buffer.Length >= LongestRow)
            {
                throw new InputException(
                    $"{_name}, line {_lines + 1}: the row has more than {LongestRow >> 20} MB; a quote that is closed was expected.");
            }

            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        return null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _text.Dispose();
        _unpacked.Dispose();
    }

    private CsvDocument? ReadRows()
    {
        ReadOnlySpan<byte> text = _buffer.AsSpan(.._length);
        int zero = text.IndexOf((byte)0);
        int wrong = _encoding is null ? TextEncoding.FirstInvalid(text, _isEnd) : -1;
        if (zero >= 0 && (wrong < 0 || zero < wrong))
            throw TextEncoding.HasZero(text, zero, _encoding, _name, _lines);
        if (wrong >= 0)
            throw new NotUtf8Exception(TextEncoding.NotUtf8(text, wrong, _name, TextEncoding.Expected, _lines));
        HasEscapedQuotes |= text.IndexOf("\\\""u8) >= 0;
        bool isFirst = _head is null;
        (CsvDocument? Block, int End) read = isFirst ? ReadFirst(text) : ReadRows(text, _head!, 0);
        if (read.Block is null || (read.End == 0 && !_isEnd))
            return null;
        _lines += CsvRows.CountLines(text[..read.End]);
        text[read.End..].CopyTo(_buffer);
        _length -= read.End;
        return read.Block;
    }

    private (CsvDocument? Block, int End) ReadFirst(ReadOnlySpan<byte> text)
    {
        CsvHead head;
        try
        {
            head = CsvHead.Read(text, _options, _escapesByBackslash, _isEnd, _name);
        }
        catch (CsvSyntaxException e) when (e.IsUnclosed && !_isEnd)
        {
            return (null, 0);
        }
        catch (CsvSyntaxException e)
        {
            throw CsvRows.Refusal(text, e, null, 0, (_name, _lines));
        }

        // A header that ends with the buffer may go on.
        if (!_isEnd && head.BodyStart == text.Length)
            return (null, 0);
        (CsvDocument? Block, int End) read = ReadRows(text, head, head.BodyStart);
        _head = head;
        return read;
    }

    private (CsvDocument? Block, int End) ReadRows(ReadOnlySpan<byte> text, CsvHead head, int start)
    {
        var rowStarts = new List<int>();
        var cellEnds = new List<int>();
        try
        {
            int end = CsvRows.Read(text, start, head, _isEnd, (_name, _lines), rowStarts, cellEnds);
            return (new CsvDocument(_name, text[..end].ToArray(), head, _encoding, _lines, ([.. rowStarts], [.. cellEnds])), end);
        }
        catch (CsvSyntaxException e)
        {
            throw CsvRows.Refusal(text, e, head, cellEnds.Count - (rowStarts.Count * head.Names.Length), (_name, _lines));
        }
    }

    private void Fill()
    {
        try
        {
            _length = Fill(_text, _buffer, _length, _name);
            _isEnd = _length < _buffer.Length;
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException(
                $"{_name}, after line {_lines}: bytes that are not {_encoding!.WebName}; --encoding names another encoding.", e);
        }
    }
}
