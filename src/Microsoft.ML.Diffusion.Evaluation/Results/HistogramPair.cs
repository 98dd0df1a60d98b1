namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>Two histograms with the same bins.</summary>
/// <param name="Edges">The bins' edges, one more than there are bins; a bin holds its lower edge, the last one both.</param>
/// <param name="Real">Share of the real values in each bin.</param>
/// <param name="Synthetic">Share of the synthetic values in each bin.</param>
public sealed record HistogramPair(IReadOnlyList<double> Edges, IReadOnlyList<double> Real, IReadOnlyList<double> Synthetic);
