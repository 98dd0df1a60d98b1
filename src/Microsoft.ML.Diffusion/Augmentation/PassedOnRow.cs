using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion;

/// <summary>A real row, as it is but for a column of weights.</summary>
internal sealed class PassedOnRow(AugmentMapper mapper, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) : DataViewRow
{
    private readonly ActiveColumns _active = new(mapper.OutputSchema, activeColumns);

    public override DataViewSchema Schema => mapper.OutputSchema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        _active.Require(column);
        return mapper.Getter<TValue>(input, column);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }
}
