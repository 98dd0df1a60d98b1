using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new CacheView(input, columnsToPrefetch ?? []);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckPositive(count);
        return new SkipTakeView(input, 0, count);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckPositive(count);
        return new SkipTakeView(input, count, long.MaxValue);
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (shufflePoolSize < 1)
            throw new ArgumentOutOfRangeException(nameof(shufflePoolSize), "Must be positive");
        return new ShuffleView(input, seed ?? _env.Register(nameof(ShuffleRows)).Rand.Next(), shufflePoolSize, shuffleSource);
    }

    private static void CheckPositive(long count)
    {
        if (count <= 0)
            throw new ArgumentOutOfRangeException(nameof(count), "Must be greater than zero.");
    }

    // The rows whose value is at least the lower bound and below the upper one; a missing value is in no range.
    public IDataView FilterRowsByColumn(IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column column = input.Schema[columnName];
        if (column.Type is not NumberDataViewType || column.Type.RawType != typeof(float) && column.Type.RawType != typeof(double))
            throw SchemaErrors.TypeMismatch(columnName, "number", column.Type.ToString(), "filter", nameof(columnName));
        return new FilterView(input, [column], row =>
        {
            Func<double> value = Numbers.CreateReader(row, row.Schema[column.Index]);
            return () => value() is double number && lowerBound <= number && number < upperBound;
        });
    }

    // The rows with no missing value in any of the columns.
    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column[] checkedColumns = Array.ConvertAll(columns, name => input.Schema.GetColumnOrNull(name)
            ?? throw new ArgumentOutOfRangeException("Columns", $"Source column '{name}' not found"));
        foreach (DataViewSchema.Column column in checkedColumns)
        {
            if (!MissingValues.Has(column.Type))
                throw new ArgumentOutOfRangeException("Columns", $"Column '{column.Name}' has type {column.Type} which does not support missing values, so we cannot filter on them");
        }
        return new FilterView(input, checkedColumns, row =>
        {
            Func<bool>[] missing = Array.ConvertAll(checkedColumns, column => MissingValues.CreateReader(row, row.Schema[column.Index]));
            return () => !Array.Exists(missing, isMissing => isMissing());
        });
    }
}
