using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>The transformer on views of one schema. A column that is filled in under its own name takes the place of the one
/// it comes from, right behind it; other columns come last, then those that tell how sure the filled-in ones are, and which of their
/// values were missing.</summary>
internal sealed class ImputeMapper : IRowToRowMapper
{
    private readonly OutputOrigin[] _origins;
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
            OutputOrigin origin = _origins[column.Index];
            if (origin.IsPassedOn)
            {
                needed[origin.Input] = true;
                continue;
            }

            foreach (DataViewSchema.Column source in origin.IsIndicator ? [Sources[_viewColumnOfPair[origin.Pair]]] : Sources)
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

    /// <summary>Where an output column comes from.</summary>
    public OutputOrigin OriginOf(DataViewSchema.Column column)
    {
        if (column.Index >= _origins.Length || OutputSchema[column.Index].Name != column.Name)
            throw new ArgumentException($"Column '{column.Name}' is not one of this view's.", nameof(column));
        return _origins[column.Index];
    }

    /// <summary>Whether a column that is asked for tells how sure another is.</summary>
    public bool TellsUncertainty(bool[] isActive)
    {
        for (int i = 0; i < isActive.Length; i++)
        {
            if (isActive[i] && _origins[i].Uncertainty is not null)
                return true;
        }

        return false;
    }

    /// <summary>A getter of a column that tells which values were missing.</summary>
    public Delegate Indicator(OutputOrigin origin, DataViewRow input)
    {
        int column = _viewColumnOfPair[origin.Pair];
        return MissingIndicator.Getter(Transformer.ViewColumns[column], input, Sources[column]);
    }

    /// <summary>A getter of a column that is made.</summary>
    public Delegate Getter(OutputOrigin origin, DataViewRow input, RowImputer imputer)
    {
        int column = _viewColumnOfPair[origin.Pair];
        ViewColumn viewColumn = Transformer.ViewColumns[column];
        return origin.Uncertainty is { } uncertainty
            ? uncertainty.Getter(viewColumn.Type, imputer.Uncertainties, viewColumn.Width == 0 ? null : _firstCell[column])
            : viewColumn.FillingGetter(input, Sources[column], imputer.Completed, _firstCell[column]);
    }

    private (DataViewSchema Schema, OutputOrigin[] Origins) MakeOutputSchema()
    {
        var schema = new DataViewSchema.Builder();
        List<OutputOrigin> origins = [];
        IReadOnlyList<InputOutputColumnPair> pairs = Transformer.Columns;
        foreach (DataViewSchema.Column column in InputSchema)
        {
            schema.AddColumn(column.Name, column.Type, column.Annotations);
            origins.Add(new OutputOrigin(column.Index, -1, null));
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

        for (int pair = 0; Transformer.Coverage is not null && pair < pairs.Count; pair++)
            AddUncertainties(pair);
        for (int pair = 0; Transformer.AddsIndicators && pair < pairs.Count; pair++)
            AddIndicator(pair);
        return (schema.ToSchema(), [.. origins]);

        void AddFilled(int pair)
        {
            DataViewSchema.Column source = Sources[_viewColumnOfPair[pair]];
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(source.Annotations, CarriesOver);
            schema.AddColumn(pairs[pair].OutputColumnName, source.Type, annotations.ToAnnotations());
            origins.Add(new OutputOrigin(-1, pair, null));
        }

        void AddUncertainties(int pair)
        {
            DataViewSchema.Column source = Sources[_viewColumnOfPair[pair]];
            bool isCategory = Uncertainty.IsCategory(source.Type);
            foreach (Uncertainty uncertainty in Uncertainty.Of(isCategory))
            {
                var annotations = new DataViewSchema.Annotations.Builder();
                annotations.Add(source.Annotations, name => !isCategory && name == "SlotNames");
                schema.AddColumn(uncertainty.NameFor(pairs[pair].OutputColumnName), Uncertainty.TypeFor(source.Type), annotations.ToAnnotations());
                origins.Add(new OutputOrigin(-1, pair, uncertainty));
            }
        }

        void AddIndicator(int pair)
        {
            DataViewSchema.Column source = Sources[_viewColumnOfPair[pair]];
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(source.Annotations, name => name == "SlotNames");
            string name = MissingIndicator.NameFor(pairs[pair].OutputColumnName);
            schema.AddColumn(name, MissingIndicator.TypeFor(source.Type), annotations.ToAnnotations());
            origins.Add(new OutputOrigin(-1, pair, Uncertainty: null, IsIndicator: true));
        }
    }

    /// <summary>Whether an annotation is as true of the filled-in column. That the values were normalised may no longer be.</summary>
    public static bool CarriesOver(string annotation) => annotation != "IsNormalized";
}
