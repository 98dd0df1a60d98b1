using System.Buffers;
using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.StoredTables;

/// <summary>A table of Parquet or Arrow files as CSV text, made as it is read, one group of rows at a time: a header, cells between commas,
/// an empty cell for null, <c>""</c> for an empty text.</summary>
internal sealed class StoredTextStream : Stream
{
    private const int PieceBytes = 1 << 16;

    private readonly StoredTable _table;
    private readonly CancellationToken _cancel;
    private readonly ArrayBufferWriter<byte> _piece = new(2 * PieceBytes);
    private IEnumerator<(int RowCount, StoredValues?[] Values)>? _groups;
    private CellWriter[] _writers = [];
    private int _read;
    private int _row;
    private int _rows;

    public StoredTextStream(StoredTable table, CancellationToken cancel = default)
    {
        _table = table;
        _cancel = cancel;
    }

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override int Read(Span<byte> buffer)
    {
        if (_read == _piece.WrittenCount && !StoredInput.Guard(_table.Path, MakePiece))
            return 0;
        int count = Math.Min(buffer.Length, _piece.WrittenCount - _read);
        _piece.WrittenSpan.Slice(_read, count).CopyTo(buffer);
        _read += count;
        return count;
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _groups?.Dispose();
        base.Dispose(disposing);
    }

    private bool MakePiece()
    {
        _piece.ResetWrittenCount();
        _read = 0;
        if (_groups is null)
        {
            string[] formats = MomentFormats.Find(_table, _cancel);
            _writers = [.. _table.Columns.Select((column, i) => CellWriter.For(column.Type, formats[i]))];
            _groups = _table.Read([.. _table.Columns.Select(_ => true)], _cancel).GetEnumerator();
            EndRow(i => _piece.Write(CsvCell.Encode(_table.Columns[i].Name, ',')));
            return true;
        }

        while (_piece.WrittenCount < PieceBytes)
        {
            if (_row == _rows)
            {
                if (!_groups.MoveNext())
                    break;
                (_row, _rows) = (0, _groups.Current.RowCount);
                continue;
            }

            EndRow(i => _writers[i].Write(_groups.Current.Values[i]!, _row, _piece));
            _row++;
        }

        return _piece.WrittenCount > 0;
    }

    private void EndRow(Action<int> writeCell)
    {
        for (int i = 0; i < _table.Columns.Count; i++)
        {
            if (i > 0)
                _piece.Write(","u8);
            writeCell(i);
        }

        _piece.Write("\n"u8);
    }
}
