using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Series.Imputation;

/// <summary>A series whose steps come one after another. Each is filled as it comes, with the bits that a causal imputer gives the last
/// step of the series so far. For one thread.</summary>
internal abstract class SeriesStream
{
    /// <summary>Adds a step.</summary>
    /// <param name="time">Its time, after that of the step before.</param>
    /// <param name="cells">Its cells; NaN is missing.</param>
    /// <param name="completed">Receives the cells without missing ones.</param>
    /// <param name="uncertainties">Receives how sure each is; empty where nobody asks.</param>
    public abstract void Append(double time, ReadOnlySpan<double> cells, Span<double> completed, Span<CellUncertainty> uncertainties);
}
