using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>The transformer on views of one schema. A column that is filled in under its own name takes the place of the one
/// it comes from, right behind it; other columns come last.</summary>
internal sealed class ImputeMapper : IRowToRowMapper
{
    // Of every output column: the input column that it passes on, or the pair that it fills in.
    private readonly (int Input, int Pair)[] _origins;
    private readonly int[] _viewColumnOfPair;
    private readonly int[] _firstCell;

    public ImputeMapper(DiffusionImputeTransformer transformer, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Transformer = transformer;
        InputSchema = inputSchema;
        ViewColumn[] columns = transformer.ViewColumns;
        Sources = [.. columns.Select(column => column.FindIn(inputSchema))];
        _viewColumnOfPair = [.. transformer.Columns.Select(pair => Array.FindIndex(columns, column => column.Name == pair.InputColumnName))];
        _firstCell = new int[columns.Length];
        for (int i = 1; i < columns.Length; i++)
            _firstCell[i] = _firstCell[i - 1] + columns[i - 1].Width;
        (OutputSchema, _origins) = MakeOutputSchema();
    }

    public DiffusionImputeTransformer Transformer { get; }

    /// <summary>Every column that the model reads.</summary>
    public DataViewSchema.Column[] Sources { get; }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        bool[] needed = new bool[InputSchema.Count];
        foreach (DataViewSchema.Column column in dependingColumns)
        {
            (int input, int pair) = _origins[column.Index];
            if (pair < 0)
            {
                needed[input] = true;
                continue;
            }

            foreach (DataViewSchema.Column source in Sources)
                needed[source.Index] = true;
        }

        return InputSchema.Where(column => needed[column.Index]);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row's schema is not the one that this mapper was made for.", nameof(input));
        return new ImputedRow(new ImputedColumns(this, input, activeColumns), input);
    }

    /// <summary>Where an output column comes from: an input column (pair -1), or a pair (input -1).</summary>
    public (int Input, int Pair) OriginOf(DataViewSchema.Column column)
    {
        if (column.Index >= _origins.Length || OutputSchema[column.Index].Name != column.Name)
            throw new ArgumentException($"Column '{column.Name}' is not one of this view's.", nameof(column));
        return _origins[column.Index];
    }

    public Delegate FillingGetter(int pair, DataViewRow input, RowImputer imputer)
    {
        int column = _viewColumnOfPair[pair];
        return Transformer.ViewColumns[column].FillingGetter(input, Sources[column], imputer.Completed, _firstCell[column]);
    }

    private (DataViewSchema Schema, (int Input, int Pair)[] Origins) MakeOutputSchema()
    {
        var schema = new DataViewSchema.Builder();
        List<(int, int)> origins = [];
        IReadOnlyList<InputOutputColumnPair> pairs = Transformer.Columns;
        foreach (DataViewSchema.Column column in InputSchema)
        {
            schema.AddColumn(column.Name, column.Type, column.Annotations);
            origins.Add((column.Index, -1));
            for (int pair = 0; pair < pairs.Count; pair++)
            {
                if (!column.IsHidden && pairs[pair].OutputColumnName == column.Name)
                    AddFilled(pair);
            }
        }

        for (int pair = 0; pair < pairs.Count; pair++)
        {
            if (InputSchema.GetColumnOrNull(pairs[pair].OutputColumnName) is null)
                AddFilled(pair);
        }

        return (schema.ToSchema(), [.. origins]);

        void AddFilled(int pair)
        {
            DataViewSchema.Column source = Sources[_viewColumnOfPair[pair]];
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(source.Annotations, CarriesOver);
            schema.AddColumn(pairs[pair].OutputColumnName, source.Type, annotations.ToAnnotations());
            origins.Add((-1, pair));
        }
    }

    /// <summary>Whether an annotation is as true of the filled-in column. That the values were normalised may no longer be.</summary>
    public static bool CarriesOver(string annotation) => annotation != "IsNormalized";
}
