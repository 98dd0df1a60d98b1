using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>Columns of a file that is read in blocks, as a data view: numbers as Double with NaN for missing, categories as text with the
/// empty text for missing.</summary>
internal sealed class BlockView : IDataView
{
    private readonly IReadOnlyList<ColumnFinding> _columns;
    private readonly CsvBlocks _file;

    public BlockView(IReadOnlyList<ColumnFinding> columns, CsvBlocks file)
    {
        _columns = columns;
        _file = file;
        Schema = SchemaOf(columns);
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    /// <summary>The schema of columns of numbers and categories.</summary>
    private static DataViewSchema SchemaOf(IEnumerable<ColumnFinding> columns)
    {
        var schema = new DataViewSchema.Builder();
        foreach (ColumnFinding column in columns)
        {
            bool isNumeric = column.Use == ColumnUse.Numeric;
            schema.AddColumn(
                column.Name, isNumeric ? NumberDataViewType.Double : TextDataViewType.Instance, isNumeric ? AnnotationsOf(column) : null);
        }

        return schema.ToSchema();
    }

    // Dates are numbers here; the model is told what they count.
    private static DataViewSchema.Annotations? AnnotationsOf(ColumnFinding column)
    {
        MomentKind moment = column.Format?.Entry?.Role switch
        {
            ColumnRole.Date => MomentKind.Date,
            ColumnRole.Timestamp => MomentKind.Timestamp,
            _ => MomentKind.None,
        };
        if (moment == MomentKind.None)
            return null;
        var annotations = new DataViewSchema.Annotations.Builder();
        ReadOnlyMemory<char> name = moment.ToString().AsMemory();
        annotations.Add(TableColumn.MomentAnnotation, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = name);
        double clock = column.Format!.Codec!.ClockOffset;
        annotations.Add(TableColumn.ClockAnnotation, NumberDataViewType.Double, (ref double value) => value = clock);
        return annotations.ToAnnotations();
    }

    public long? GetRowCount() => _file.RowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly BlockView _view;
        private readonly bool[] _active;
        private readonly IEnumerator<CsvDocument> _blocks;
        private long _position = -1;
        private int _row = -1;
        private bool _isPast;

        public Cursor(BlockView view, IEnumerable<DataViewSchema.Column> columnsNeeded)
        {
            _view = view;
            _active = new bool[view._columns.Count];
            foreach (DataViewSchema.Column column in columnsNeeded)
                _active[column.Index] = true;
            _blocks = view._file.Read().GetEnumerator();
            _isPast = !_blocks.MoveNext();
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Position => _isPast ? -1 : _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override bool MoveNext()
        {
            if (_isPast)
                return false;
            _row++;
            while (_row >= _blocks.Current.RowCount)
            {
                _row = 0;
                if (_blocks.MoveNext())
                    continue;
                _isPast = true;
                return false;
            }

            _position++;
            return true;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ColumnFinding source = _view._columns[column.Index];
            Delegate getter = source.Use == ColumnUse.Numeric
                ? (ValueGetter<double>)((ref double value) => value = source.Number(_blocks.Current, _row))
                : (ValueGetter<ReadOnlyMemory<char>>)((ref value) => value = source.Category(_blocks.Current, _row).AsMemory());
            return getter as ValueGetter<TValue>
                ?? throw new ArgumentException($"Column {column.Name} holds {column.Type}, not {typeof(TValue).Name}.", nameof(column));
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _blocks.Dispose();
            base.Dispose(disposing);
        }
    }
}
