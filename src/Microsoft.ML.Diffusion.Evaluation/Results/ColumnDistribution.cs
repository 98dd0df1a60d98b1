using Microsoft.ML.Diffusion.Evaluation.Fidelity;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>One column's real and synthetic distribution, to be drawn.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Kind">Numbers or categories.</param>
/// <param name="Real">Summary of the real cells.</param>
/// <param name="Synthetic">Summary of the synthetic cells.</param>
/// <param name="Histogram">Numbers only, else null.</param>
/// <param name="Density">Numbers only, else null.</param>
/// <param name="Categories">Categories only, else empty: the most frequent of the real table first.</param>
/// <param name="OtherCategories">How many further categories <see cref="Categories"/> leaves out.</param>
public sealed record ColumnDistribution(
    string Column,
    ColumnKind Kind,
    CellSummary Real,
    CellSummary Synthetic,
    HistogramPair? Histogram,
    DensityPair? Density,
    IReadOnlyList<CategoryFrequency> Categories,
    int OtherCategories);
