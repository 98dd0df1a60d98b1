namespace Microsoft.ML.Diffusion.Tables;

/// <summary>The current row of rows that are made.</summary>
internal interface IMadeRow
{
    /// <summary>The row's number among all that are made, from 0.</summary>
    long Row { get; }

    /// <summary>How many rows are made in all.</summary>
    long Count { get; }

    /// <summary>Seed of what is invented for them.</summary>
    ulong Seed { get; }

    /// <summary>Its cells: numbers and category codes, NaN for what is missing.</summary>
    ReadOnlySpan<double> Cells();
}
