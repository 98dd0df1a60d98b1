using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion;

/// <summary>The columns of a row or cursor that fills in some of them.</summary>
internal interface IOutputColumns
{
    /// <summary>All columns.</summary>
    DataViewSchema Schema { get; }

    /// <summary>Whether a column was asked for.</summary>
    bool IsActive(DataViewSchema.Column column);

    /// <summary>What reads a column that was asked for.</summary>
    ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column);
}
