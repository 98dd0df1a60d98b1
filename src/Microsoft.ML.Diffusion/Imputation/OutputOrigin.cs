namespace Microsoft.ML.Diffusion;

/// <summary>Where a column of an imputed view comes from.</summary>
/// <param name="Input">The input column that is passed on; -1 where it is made.</param>
/// <param name="Pair">The pair that is filled in; -1 where it is passed on.</param>
/// <param name="Uncertainty">What it tells about the filled-in column; null where it is that column, or its indicator.</param>
/// <param name="IsIndicator">Whether it tells which values of the filled-in column were missing.</param>
internal readonly record struct OutputOrigin(int Input, int Pair, Uncertainty? Uncertainty, bool IsIndicator = false)
{
    /// <summary>Whether it is an input column.</summary>
    public bool IsPassedOn => Pair < 0;
}
