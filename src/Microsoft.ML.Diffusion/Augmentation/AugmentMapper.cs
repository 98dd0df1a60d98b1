using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>Passes rows of one schema on as they are, with a column of weights behind the others where one is asked for and not
/// there.</summary>
internal sealed class AugmentMapper : IRowToRowMapper
{
    private readonly bool _addsWeight;

    public AugmentMapper(DataViewSchema inputSchema, string? weight)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        InputSchema = inputSchema;
        OutputSchema = inputSchema;
        Weight = weight;
        if (weight is null)
            return;
        if (inputSchema.GetColumnOrNull(weight) is { } column)
        {
            if (column.Type is not NumberDataViewType || column.Type.RawType != typeof(float))
                throw new ArgumentException(
                    $"The column of weights '{weight}' is {ColumnTypes.Describe(column.Type)}; a Single was expected.",
                    nameof(inputSchema));
            return;
        }

        _addsWeight = true;
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(inputSchema);
        schema.AddColumn(weight, NumberDataViewType.Single);
        OutputSchema = schema.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The column of weights; null for none.</summary>
    public string? Weight { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns.Where(column => !IsAdded(column)).Select(column => InputSchema[column.Index]);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row's schema is not the one that this mapper was made for.", nameof(input));
        return new PassedOnRow(this, input, activeColumns);
    }

    /// <summary>A getter of a real row.</summary>
    public ValueGetter<TValue> Getter<TValue>(DataViewRow input, DataViewSchema.Column column) => IsAdded(column)
        ? ActiveColumns.As<TValue>((ValueGetter<float>)((ref float value) => value = 1), column)
        : input.GetGetter<TValue>(InputSchema[column.Index]);

    private bool IsAdded(DataViewSchema.Column column) => _addsWeight && column.Index == InputSchema.Count;
}
