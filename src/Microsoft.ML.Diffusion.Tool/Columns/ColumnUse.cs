namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>What a column of the file is to the model.</summary>
internal enum ColumnUse
{
    /// <summary>Left as it is: neither filled nor looked at.</summary>
    None,

    /// <summary>Numbers.</summary>
    Numeric,

    /// <summary>Categories, each a text.</summary>
    Categorical,
}
