namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>What the values of a <see cref="TableColumn"/> mean.</summary>
public enum ColumnKind
{
    /// <summary>A number, in the column's own unit.</summary>
    Numeric,

    /// <summary>One of a fixed list of categories, stored as its code 0..K-1.</summary>
    Categorical,
}
