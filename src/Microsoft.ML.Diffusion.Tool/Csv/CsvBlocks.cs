using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.StoredTables;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>A CSV file of any length, gone through several times in blocks of whole rows, in memory that does not depend on its
/// length.</summary>
/// <remarks>
/// <para>Parquet and Arrow files are read as the text of a CSV file, which is copied to disk first where it is gone through several
/// times.</para>
/// <para>Opening goes through the whole file once and finds out how it is written, as <see cref="CsvDocument.Read"/> does: a file that is
/// no CSV is refused before anything is made of it, with the same sentence. Standard input and pipes are copied to disk first.</para>
/// <para>A stream is gone through once: opening reads its first block, by which all others are read. What is found wrong later is told when
/// it comes.</para>
/// </remarks>
internal sealed class CsvBlocks : IDisposable
{
    /// <summary>How much is read at a time when nothing else is asked for, in bytes.</summary>
    public const int DefaultBlockBytes = 1 << 20;

    // Enough to see how characters are bytes.
    private const int BeginningBytes = 1 << 16;

    private readonly RepeatedInput? _file;
    private readonly StreamedInput? _stream;
    private readonly CsvOptions _options;
    private readonly int _blockBytes;
    private readonly CancellationToken _cancel;
    private readonly List<string> _notes = [];
    private bool _escapesByBackslash;
    private bool _isRead;
    private CsvDocument? _beginning;

    private CsvBlocks(
        RepeatedInput? file, StreamedInput? stream, string name, CsvOptions options, int blockBytes, CancellationToken cancel)
    {
        _file = file;
        _stream = stream;
        Path = name;
        _options = options;
        _blockBytes = blockBytes;
        _cancel = cancel;
        FindEncoding();
        FindSyntax();
    }

    /// <summary>The file's name as the user wrote it, for messages.</summary>
    public string Path { get; }

    /// <summary>How characters are bytes; null for UTF-8.</summary>
    public Encoding? Encoding { get; private set; }

    /// <summary>The columns of Parquet or Arrow files that are read as CSV text; null for CSV files.</summary>
    public IReadOnlyList<StoredColumn>? Stored { get; private init; }

    /// <summary>How the file is written, and what is made of it too.</summary>
    public CsvOptions WrittenAs => new(
        Beginning.Separator, HasHeader: Beginning.HasHeader, SkippedLines: _options.SkippedLines,
        Names: Beginning.HasHeader ? null : ColumnNames);

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> ColumnNames { get; private set; } = [];

    /// <summary>What stands before the first row, and with it how the file is written; no rows.</summary>
    public CsvDocument Beginning => _beginning!;

    /// <summary>Whether it can be gone through once alone.</summary>
    public bool IsStream => _stream is not null;

    /// <summary>How many rows there are; 0 for a stream, of which nobody knows it.</summary>
    public long RowCount { get; private set; }

    /// <summary>What was found out about how the file is written and may not be what the user thinks, a sentence each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Opens a file, unpacked where it is gzip, or standard input where it is <c>-</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What the user says about it; null for nothing.</param>
    /// <param name="blockBytes">Bytes of a block, at least 16; one whose only row is longer is as long as that.</param>
    /// <param name="once">Whether one pass is enough, so that what comes through a pipe is not copied to disk.</param>
    /// <param name="cancel">Stops all reading.</param>
    /// <exception cref="InputException">It cannot be read, is no text, or no CSV.</exception>
    public static CsvBlocks Open(
        string path, CsvOptions? options = null, int blockBytes = DefaultBlockBytes, bool once = false,
        CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockBytes, 16);
        StoredTable? stored = StoredInput.TryOpen(path, cancel);
        options = stored is null ? options ?? CsvOptions.Default : StoredInput.TextOptions;
        Stream input = stored is null ? InputFile.Open(path) : new StoredTextStream(stored, cancel);
        // Whether an encoding gives the same bytes back is found out from the whole.
        bool isStream = once && input is not FileStream { CanSeek: true } && TextEncoding.IsSure(options.Encoding);
        StreamedInput? stream = isStream ? new StreamedInput(input) : null;
        RepeatedInput? file = isStream ? null : RepeatedInput.Of(input, path, cancel);
        try
        {
            return new CsvBlocks(file, stream, StandardStream.InputName(path), options, blockBytes, cancel) { Stored = stored?.Columns };
        }
        catch
        {
            stream?.Dispose();
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Goes through the file. The first block may have no rows, and is there even where the file has none. One pass must end, or
    /// be given up, before the next begins.</summary>
    /// <exception cref="InvalidOperationException">A stream was gone through before.</exception>
    /// <exception cref="InputException">The file cannot be read any more, or has changed meanwhile.</exception>
    public IEnumerable<CsvDocument> Read()
    {
        if (IsStream && _isRead)
            throw new InvalidOperationException($"{Path} can be gone through once alone.");
        _isRead = true;
        using CsvBlockReader reader = OpenReader(FromStart(isLast: true), _escapesByBackslash);
        var next = Task.Run(() => ReadBlock(reader));
        try
        {
            while (next.GetAwaiter().GetResult() is { } block)
            {
                // The next block is read while this one is worked on.
                next = Task.Run(() => ReadBlock(reader));
                yield return block;
                // The next block may have been read before.
                _cancel.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            // Whoever gave up does not care how the reading ended, but the file must be free then.
            ((IAsyncResult)next).AsyncWaitHandle.WaitOne();
        }
    }

    /// <summary>Writes the whole file, and the end of its last line where the file lacks it, so that rows can be added.</summary>
    public void WriteAll(CsvWriter writer)
    {
        CsvDocument? last = null;
        foreach (CsvDocument block in Read())
        {
            if (last is { } before)
                writer.Write(output => before.Write(output, []));
            last = block;
        }

        if (last is not null)
            writer.Write(last.WriteAll);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _file?.Dispose();
        _stream?.Dispose();
    }

    private Stream FromStart(bool isLast = false) => _stream?.FromStart(isLast) ?? _file!.FromStart();

    private CsvBlockReader OpenReader(Stream start, bool escapesByBackslash) =>
        new(start, Path, _options, Encoding, escapesByBackslash, _blockBytes);

    private CsvDocument? ReadBlock(CsvBlockReader reader)
    {
        _cancel.ThrowIfCancellationRequested();
        try
        {
            return reader.Read();
        }
        catch (NotUtf8Exception e)
        {
            throw e.Refusal;
        }
    }

    private void FindEncoding()
    {
        using Stream bytes = CsvBlockReader.Unpacked(FromStart(), Path);
        byte[] beginning = new byte[BeginningBytes];
        int length = CsvBlockReader.Fill(bytes, beginning, 0, Path);
        if (TextEncoding.IsNamed(beginning.AsSpan(..length), _options.Encoding, out Encoding? named))
            Encoding = named;
        if (named is not null && !TextEncoding.IsSure(named))
            RefuseUnsure(named);
    }

    // The bytes themselves against those that come of reading and writing them.
    private void RefuseUnsure(Encoding encoding)
    {
        bool isText = true;
        byte[] before = Hash(CopyTo);
        byte[] after = Hash(hash =>
        {
            using Stream bytes = CsvBlockReader.Unpacked(FromStart(), Path);
            using Stream text = TextEncoding.Reading(bytes, encoding);
            using Stream written = TextEncoding.Writing(hash, encoding);
            try
            {
                text.CopyTo(written);
            }
            catch (Exception e) when (e is DecoderFallbackException or EncoderFallbackException)
            {
                // Going through the rows says where that is.
                isText = false;
            }
        });
        if (isText && !before.AsSpan().SequenceEqual(after))
            throw TextEncoding.Unsure(Path, encoding);

        static byte[] Hash(Action<Stream> write)
        {
            using var hash = SHA256.Create();
            using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
                write(stream);
            return hash.Hash!;
        }

        void CopyTo(Stream hash)
        {
            using Stream bytes = CsvBlockReader.Unpacked(FromStart(), Path);
            bytes.CopyTo(hash);
        }
    }

    private void FindSyntax()
    {
        try
        {
            FindEscapes();
        }
        catch (NotUtf8Exception e)
        {
            if (_options.Encoding is not null || !IsWindows1252())
                throw e.Refusal;
            Encoding = TextEncoding.Windows1252;
            FindEscapes();
        }

        if (TextEncoding.Note(Encoding, _options.Encoding, Path) is { } note)
            _notes.Insert(0, note);
    }

    // As RFC 4180 has it where the file is a table then; what that says of the file is told where it is none either way.
    private void FindEscapes()
    {
        bool mayEscape = false;
        try
        {
            Check(escapesByBackslash: false, ref mayEscape);
        }
        catch (InputException e)
        {
            // No filter: it would be asked before what was seen is known.
            if (!mayEscape)
                throw;
            _escapesByBackslash = true;
            try
            {
                Check(escapesByBackslash: true, ref mayEscape);
            }
            catch (InputException)
            {
                throw e;
            }

            _notes.Insert(0, CsvDocument.NoteOnBackslash(Path));
        }
    }

    private void Check(bool escapesByBackslash, ref bool mayEscape)
    {
        _notes.Clear();
        RowCount = 0;
        using CsvBlockReader reader = OpenReader(FromStart(), escapesByBackslash);
        bool isFirst = true;
        while (true)
        {
            CsvDocument? block;
            try
            {
                _cancel.ThrowIfCancellationRequested();
                block = reader.Read();
            }
            finally
            {
                mayEscape |= reader.HasEscapedQuotes;
            }

            if (block is null)
                return;
            RowCount += block.RowCount;
            ColumnNames = block.ColumnNames;
            string? header = _options.HasHeader is null ? CsvHeader.RefuseData(block) : null;
            if (isFirst)
            {
                _beginning = block.WithoutRows();
                _notes.AddRange(((string?[])[header, block.NoteOnTitle(_options)]).OfType<string>());
            }

            isFirst = false;
            if (IsStream)
            {
                RowCount = 0;
                return;
            }
        }
    }

    private bool IsWindows1252()
    {
        var evidence = new Windows1252Evidence();
        byte[] piece = new byte[1 << 16];
        using Stream bytes = CsvBlockReader.Unpacked(FromStart(), Path);
        for (int left = IsStream ? Math.Max(1, _blockBytes / piece.Length) : int.MaxValue;
            left > 0 && CsvBlockReader.Fill(bytes, piece, 0, Path) is > 0 and int length;
            left--)
        {
            _cancel.ThrowIfCancellationRequested();
            evidence.Add(piece.AsSpan(..length));
        }

        return evidence.IsLikely;
    }
}
