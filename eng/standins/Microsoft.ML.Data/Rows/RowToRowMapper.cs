namespace Microsoft.ML.Data;

// A mapping bound to its schemas. A computed column that takes the name of an input column comes right after it and hides
// it; the others come last.
internal sealed class RowToRowMapper : IRowToRowMapper
{
    // For every column of the output: its index in the input, or the complement of its index in the mapping.
    private readonly int[] _sources;

    public RowToRowMapper(RowMapping mapping)
    {
        Mapping = mapping;
        ILookup<string, int> computed = Enumerable.Range(0, mapping.Columns.Length).ToLookup(i => mapping.Columns[i].Name);
        IEnumerable<int> overriding = mapping.InputSchema.SelectMany(column
            => column.IsHidden ? [column.Index] : computed[column.Name].Select(i => ~i).Prepend(column.Index));
        IEnumerable<int> added = Enumerable.Range(0, mapping.Columns.Length)
            .Where(i => mapping.InputSchema.GetColumnOrNull(mapping.Columns[i].Name) == null).Select(i => ~i);
        _sources = [.. overriding, .. added];

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(_sources.Select(source
            => source >= 0 ? new DataViewSchema.DetachedColumn(mapping.InputSchema[source]) : mapping.Columns[~source]));
        OutputSchema = builder.ToSchema();
    }

    public RowMapping Mapping { get; }
    public DataViewSchema InputSchema => Mapping.InputSchema;
    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => dependingColumns.SelectMany(column => _sources[column.Index] is >= 0 and int source ? [source] : Mapping.GetDependencies(~_sources[column.Index]))
            .Distinct().Order().Select(index => InputSchema[index]).ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        => new MappedRow(input, new MappedColumns(this, input, activeColumns));

    // The columns of one row: passed through or computed.
    internal sealed class MappedColumns
    {
        private readonly int[] _sources;
        private readonly DataViewRow _input;
        private readonly bool[] _active;
        private readonly Delegate[] _getters;

        public MappedColumns(RowToRowMapper mapper, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        {
            _sources = mapper._sources;
            _input = input;
            Schema = mapper.OutputSchema;
            _active = Schema.FlagsOf(activeColumns);
            var computed = new bool[mapper.Mapping.Columns.Length];
            for (int i = 0; i < _active.Length; i++)
            {
                if (_active[i] && _sources[i] < 0)
                    computed[~_sources[i]] = true;
            }
            _getters = mapper.Mapping.CreateGetters(input, output => computed[output]);
        }

        public DataViewSchema Schema { get; }

        public bool IsActive(DataViewSchema.Column column) => _active[column.Index];

        public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Getters.CheckActive(IsActive(column), column);
            int source = _sources[column.Index];
            return source >= 0 ? _input.GetGetter<TValue>(_input.Schema[source]) : Getters.Cast<TValue>(_getters[~source], column);
        }
    }

    private sealed class MappedRow(DataViewRow input, MappedColumns columns) : WrappingRow(input)
    {
        public override DataViewSchema Schema => columns.Schema;
        public override bool IsColumnActive(DataViewSchema.Column column) => columns.IsActive(column);
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => columns.GetGetter<TValue>(column);
    }
}
