using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>The transformer on views of one schema. A variable that is filled in under its own name takes the place of the one it comes
/// from, right behind it; other columns come last, then those that tell how sure the filled-in ones are.</summary>
internal sealed class SeriesMapper : IRowToRowMapper
{
    private readonly InputOutputColumnPair[] _pairs;
    private readonly Func<DataViewRow, SeriesMapper, bool, CurrentCells> _open;
    private readonly bool _addsUncertainties;
    private readonly OutputOrigin[] _origins;

    /// <param name="layout">The columns.</param>
    /// <param name="categories">What is known of the categories of the variables.</param>
    /// <param name="inputSchema">Of the view.</param>
    /// <param name="addsUncertainties">Whether there are columns that tell how sure the filled-in ones are.</param>
    /// <param name="open">Opens a row; it is told whether such columns are asked for.</param>
    public SeriesMapper(
        SeriesLayout layout, ViewColumn?[] categories, DataViewSchema inputSchema, bool addsUncertainties,
        Func<DataViewRow, SeriesMapper, bool, CurrentCells> open)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        InputSchema = inputSchema;
        _pairs = layout.Columns;
        _open = open;
        _addsUncertainties = addsUncertainties;
        Sources = SeriesSources.Find(layout, inputSchema, categories);
        (OutputSchema, _origins) = MakeOutputSchema();
    }

    /// <summary>The columns that are read.</summary>
    public SeriesSources Sources { get; }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        Dependencies(dependingColumns, allOfSeries: true);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row's schema is not the one that this mapper was made for.", nameof(input));
        return new ImputedRow(new FilledColumns(this, input, activeColumns, _open), input);
    }

    /// <summary>The input columns that output columns are made from.</summary>
    /// <param name="columns">The output columns.</param>
    /// <param name="allOfSeries">Whether a filled-in column needs every column that the model reads, or, its series having been read,
    /// only the one that it fills.</param>
    public IEnumerable<DataViewSchema.Column> Dependencies(IEnumerable<DataViewSchema.Column> columns, bool allOfSeries)
    {
        bool[] needed = new bool[InputSchema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            OutputOrigin origin = OriginOf(column);
            needed[origin.IsPassedOn ? origin.Input : Sources.Variables[origin.Pair].Index] = true;
            if (origin.IsPassedOn || !allOfSeries)
                continue;
            foreach (DataViewSchema.Column source in Sources.All)
                needed[source.Index] = true;
        }
        return InputSchema.Where(column => needed[column.Index]);
    }

    /// <summary>Where an output column comes from.</summary>
    public OutputOrigin OriginOf(DataViewSchema.Column column)
    {
        if (column.Index >= _origins.Length || OutputSchema[column.Index].Name != column.Name)
            throw new ArgumentException($"Column '{column.Name}' is not one of this view's.", nameof(column));
        return _origins[column.Index];
    }

    /// <summary>A getter of a column that is made.</summary>
    public Delegate Getter(OutputOrigin origin, DataViewRow input, CurrentCells cells)
    {
        DataViewSchema.Column source = Sources.Variables[origin.Pair];
        if (Sources.Categories[origin.Pair] is { } categories)
        {
            return Bringing(cells, categories.FillingGetter(
                input,
                source,
                () =>
                {
                    cells.Bring();
                    return cells.Completed;
                },
                origin.Pair));
        }

        bool isSingle = (source.Type is VectorDataViewType vector ? vector.ItemType : source.Type).RawType == typeof(float);
        return source.Type is VectorDataViewType
            ? isSingle ? Vector<float>(origin, input, source, cells) : Vector<double>(origin, input, source, cells)
            : isSingle ? Scalar<float>(origin, input, source, cells) : Scalar<double>(origin, input, source, cells);
    }

    // A row is a step of its series whether or not a category of it is missing.
    private static Delegate Bringing(CurrentCells cells, Delegate get)
    {
        return get switch
        {
            ValueGetter<ReadOnlyMemory<char>> text => First(text),
            ValueGetter<byte> key => First(key),
            ValueGetter<ushort> key => First(key),
            ValueGetter<uint> key => First(key),
            ValueGetter<ulong> key => First(key),
            _ => get,
        };

        ValueGetter<T> First<T>(ValueGetter<T> getter) => (ref T value) =>
        {
            cells.Bring();
            getter(ref value);
        };
    }

    private static ValueGetter<T> Scalar<T>(OutputOrigin origin, DataViewRow input, DataViewSchema.Column source, CurrentCells cells)
        where T : IFloatingPointIeee754<T>
    {
        int variable = origin.Pair;
        if (origin.Uncertainty is { } uncertainty)
        {
            return (ref T value) =>
            {
                cells.Bring();
                value = T.CreateTruncating(uncertainty.Of(cells.Uncertainties[variable]));
            };
        }
        ValueGetter<T> get = input.GetGetter<T>(source);
        return (ref T value) =>
        {
            // A row is a step of its series whether or not a value of it is missing.
            cells.Bring();
            get(ref value);
            if (T.IsNaN(value))
                value = T.CreateTruncating(cells.Completed[variable]);
        };
    }

    private ValueGetter<VBuffer<T>> Vector<T>(OutputOrigin origin, DataViewRow input, DataViewSchema.Column source, CurrentCells cells)
        where T : IFloatingPointIeee754<T>
    {
        int variable = origin.Pair, variables = _pairs.Length;
        ValueGetter<VBuffer<T>> get = input.GetGetter<VBuffer<T>>(source);
        VBuffer<T> own = default;
        return (ref VBuffer<T> value) =>
        {
            get(ref own);
            cells.Bring();
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, own.Length);
            int slot = 0;
            foreach (T cell in own.DenseValues())
            {
                int place = slot * variables + variable;
                editor.Values[slot++] =
                    origin.Uncertainty is { } uncertainty ? T.CreateTruncating(uncertainty.Of(cells.Uncertainties[place])) :
                    T.IsNaN(cell) ? T.CreateTruncating(cells.Completed[place]) : cell;
            }
            value = editor.Commit();
        };
    }

    private (DataViewSchema Schema, OutputOrigin[] Origins) MakeOutputSchema()
    {
        var schema = new DataViewSchema.Builder();
        List<OutputOrigin> origins = [];
        foreach (DataViewSchema.Column column in InputSchema)
        {
            schema.AddColumn(column.Name, column.Type, column.Annotations);
            origins.Add(new OutputOrigin(column.Index, -1, null));
            for (int pair = 0; pair < _pairs.Length; pair++)
            {
                if (!column.IsHidden && _pairs[pair].OutputColumnName == column.Name)
                    Add(pair, null);
            }
        }
        for (int pair = 0; pair < _pairs.Length; pair++)
        {
            if (InputSchema.GetColumnOrNull(_pairs[pair].OutputColumnName) is null)
                Add(pair, null);
        }
        for (int pair = 0; _addsUncertainties && pair < _pairs.Length; pair++)
        {
            foreach (Uncertainty uncertainty in Sources.Categories[pair] is null ? Uncertainty.Of(isCategory: false) : [])
                Add(pair, uncertainty);
        }
        return (schema.ToSchema(), [.. origins]);

        void Add(int pair, Uncertainty? uncertainty)
        {
            DataViewSchema.Column source = Sources.Variables[pair];
            string name = _pairs[pair].OutputColumnName;
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(source.Annotations, kind => uncertainty is null ? ImputeMapper.CarriesOver(kind) : kind == "SlotNames");
            schema.AddColumn(uncertainty?.NameFor(name) ?? name, source.Type, annotations.ToAnnotations());
            origins.Add(new OutputOrigin(-1, pair, uncertainty));
        }
    }
}
