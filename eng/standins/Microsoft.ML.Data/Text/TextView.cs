using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

// A text file read line by line; only the fields of the columns asked for are parsed.
internal sealed class TextView(IHost host, DataViewSchema schema, TextColumn[] columns, TextLoader.Options options, IMultiStreamSource source) : IDataView
{
    public bool CanShuffle => false;
    public DataViewSchema Schema => schema;
    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(this, schema.FlagsOf(columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private TextLineReader Open() => new(source, options);
    private TextFields NewFields() => new(options);
    private ITextCell CreateCell(int column)
        => (ITextCell)Activator.CreateInstance(typeof(TextCell<>).MakeGenericType(columns[column].ItemType.RawType), columns[column], options);

    private sealed class Cursor : SequentialCursor
    {
        private readonly TextLineReader _lines;
        private readonly TextFields _fields;
        private readonly ITextCell[] _cells;
        private readonly ParseLog _log;
        private readonly long _maxRows;

        public Cursor(TextView view, bool[] active) : base(view.Schema, active)
        {
            _lines = view.Open();
            _fields = view.NewFields();
            _cells = [.. active.Select((isActive, i) => isActive ? view.CreateCell(i) : null)];
            _log = view.StartLog();
            _maxRows = view.MaxRows;
        }

        protected override bool MoveNextCore()
        {
            if (_log.Rows >= _maxRows || !_lines.Read(_fields))
            {
                _log.Finish();
                return false;
            }
            _log.CountRow(_fields.Errors, _lines.Line);
            foreach (ITextCell cell in _cells)
                cell?.Parse(_fields, _lines.Line, _log);
            return true;
        }

        protected override Delegate CreateGetter(DataViewSchema.Column column) => _cells[column.Index].CreateGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _lines.Dispose();
        }
    }

    private long MaxRows => options.MaxRows ?? long.MaxValue;
    private ParseLog StartLog() => new(host);
}

// What went wrong with the text, told in the log: the first few lines, then their number.
internal sealed class ParseLog(IHost host)
{
    private const int Told = 10;
    private long _badValues;
    private long _formatErrors;
    private bool _finished;

    public long Rows { get; private set; }

    public void CountRow(int formatErrors, int line)
    {
        Rows++;
        _formatErrors += formatErrors;
        if (formatErrors > 0 && _formatErrors <= Told)
            Tell(channel => channel.Warning(MessageSensitivity.Schema, "Format error at line {0}: Illegal quoting", line));
    }

    public void BadValue(int line, string column)
    {
        if (++_badValues <= Told)
            Tell(channel => channel.Info(MessageSensitivity.Schema, "  Bad value at line {0} in column {1}", line, column));
    }

    public void Finish()
    {
        if (!_finished && _badValues + _formatErrors > 0)
            Tell(channel => channel.Info(MessageSensitivity.None, "Processed {0} rows with {1} bad values and {2} format errors", Rows, _badValues, _formatErrors));
        _finished = true;
    }

    private void Tell(Action<IChannel> message)
    {
        using IChannel channel = host.Start("ParseStats");
        message(channel);
    }
}
