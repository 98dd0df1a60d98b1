namespace Microsoft.ML.Data;

// One row in, one row out.
public interface IRowToRowMapper
{
    IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns);
    DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns);
    DataViewSchema InputSchema { get; }
    DataViewSchema OutputSchema { get; }
}
