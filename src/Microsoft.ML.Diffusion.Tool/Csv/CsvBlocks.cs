using System.IO.Compression;
using System.Text;
using Microsoft.ML.Diffusion.Tool.Files;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Reads a CSV file of any length in blocks of whole rows, in memory that does not depend on its length. The blocks put
/// one behind the other are the file, byte for byte: what stands before the rows belongs to the first.</summary>
/// <remarks>How the file is written is found out from the first block, so that encodings whose bytes first show later must be
/// named.</remarks>
public sealed class CsvBlocks : IDisposable
{
    /// <summary>How much is read at a time when nothing else is asked for, in bytes.</summary>
    public const int DefaultBlockBytes = 1 << 22;

    // A row that is longer is a quote that nobody closed, or no table.
    private const int LongestRow = 1 << 28;

    private readonly Stream _file;
    private readonly Stream _text;
    private readonly string _name;
    private readonly CsvOptions _options;
    private readonly Encoding? _encoding;
    private readonly int _blockBytes;
    private byte[] _buffer;
    private int _length;
    private bool _isEnd;
    private CsvHead? _head;
    private long _lines;

    private CsvBlocks(Stream file, string name, CsvOptions options, int blockBytes)
    {
        _file = file;
        _name = name;
        _options = options;
        _blockBytes = blockBytes;
        _buffer = new byte[blockBytes];
        Stream unpacked = Unpacked(file);
        byte[] beginning = new byte[blockBytes];
        int length = Fill(unpacked, beginning, 0);
        bool isWhole = length < beginning.Length;
        _encoding = TextEncoding.Detect(beginning.AsSpan(..length), options.Encoding, isWhole, name);
        Notes = TextEncoding.Note(_encoding, options.Encoding, name) is { } note ? [note] : [];
        var all = new BegunStream(beginning.AsMemory(..length), unpacked);
        _text = _encoding is null ? all : TextEncoding.Reading(all, _encoding);
    }

    /// <summary>Rows before the block that comes next.</summary>
    public long RowCount { get; private set; }

    /// <summary>What was found out about how the file is written and may not be what the user thinks, a sentence each; whole once
    /// the first block is read.</summary>
    public IReadOnlyList<string> Notes { get; private set; }

    /// <summary>Opens a file, unpacked where it is gzip, or standard input where it is <c>-</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What the user says about it; null for nothing.</param>
    /// <param name="blockBytes">Bytes of a block, at least 16; one whose only row is longer is as long as that.</param>
    /// <exception cref="InputException">It cannot be read, or is no text.</exception>
    public static CsvBlocks Open(string path, CsvOptions? options = null, int blockBytes = DefaultBlockBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockBytes, 16);
        Stream file = InputFile.Open(path);
        try
        {
            return new CsvBlocks(file, StandardStream.InputName(path), options ?? CsvOptions.Default, blockBytes);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next block.</summary>
    /// <returns>Null at the end. The first block may have no rows, and is there even where the file has none.</returns>
    /// <exception cref="InputException">No text, or no CSV: names the line of the file.</exception>
    public CsvDocument? Read()
    {
        while (!_isEnd || _length > 0)
        {
            Fill();
            if (ReadRows() is { } block)
                return block;
            if (_buffer.Length >= LongestRow)
                throw new InputException(
                    $"{_name}, line {_lines + 1}: the row has more than {LongestRow >> 20} MB; a quote that is closed was expected.");
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        return null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _text.Dispose();
        _file.Dispose();
    }

    private CsvDocument? ReadRows()
    {
        ReadOnlySpan<byte> text = _buffer.AsSpan(.._length);
        if (_encoding is null && TextEncoding.FirstInvalid(text, _isEnd) is >= 0 and int wrong)
            throw NotText(text, wrong);
        if (text.IndexOf((byte)0) is >= 0 and int zero)
            throw new InputException(
                $"{_name}, line {_lines + CsvRows.LineAt(text, zero)}: a zero byte, which no text holds; a CSV file was expected.");
        bool isFirst = _head is null;
        (CsvDocument? Block, int End) read = isFirst ? ReadFirst(text) : ReadRows(text, _head!, 0);
        if (read.Block is null || (read.End == 0 && !_isEnd))
            return null;
        _lines += CsvRows.CountLines(text[..read.End]);
        RowCount += read.Block.RowCount;
        text[read.End..].CopyTo(_buffer);
        _length -= read.End;
        return read.Block;
    }

    // Only the first block shows how quotes inside quotes are written.
    private (CsvDocument? Block, int End) ReadFirst(ReadOnlySpan<byte> text)
    {
        try
        {
            return ReadFirst(text, escapesByBackslash: false);
        }
        catch (InputException) when (text.IndexOf("\\\""u8) >= 0)
        {
            try
            {
                (CsvDocument? Block, int End) escaped = ReadFirst(text, escapesByBackslash: true);
                Notes = [.. Notes, CsvDocument.NoteOnBackslash(_name)];
                return escaped;
            }
            catch (InputException)
            {
                // Neither way is it a table; what RFC 4180 says of it is told.
            }

            throw;
        }
    }

    private (CsvDocument? Block, int End) ReadFirst(ReadOnlySpan<byte> text, bool escapesByBackslash)
    {
        CsvHead head;
        try
        {
            head = CsvHead.Read(text, _options, escapesByBackslash, _isEnd, _name);
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
        if (_options.HasHeader is null && CsvHeader.RefuseData(read.Block!) is { } note)
            Notes = [.. Notes, note];
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

    private InputException NotText(ReadOnlySpan<byte> text, int wrong) => new(
        $"{_name}, line {_lines + CsvRows.LineAt(text, wrong)}: 0x{text[wrong]:X2} is not UTF-8; {TextEncoding.Expected}.");

    private void Fill()
    {
        try
        {
            _length = Fill(_text, _buffer, _length);
            _isEnd = _length < _buffer.Length;
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException(
                $"{_name}, after line {_lines}: bytes that are not {_encoding!.WebName}; --encoding names another encoding.", e);
        }
    }

    private int Fill(Stream stream, byte[] buffer, int start)
    {
        try
        {
            return start + stream.ReadAtLeast(buffer.AsSpan(start), buffer.Length - start, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw CsvFile.Damaged(_name, e);
        }
        catch (IOException e)
        {
            throw new InputException($"{_name} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private Stream Unpacked(Stream file)
    {
        byte[] mark = new byte[2];
        int length = Fill(file, mark, 0);
        var all = new BegunStream(mark.AsMemory(..length), file);
        return CsvFile.IsGzip(mark) ? new GZipStream(all, CompressionMode.Decompress) : all;
    }
}
