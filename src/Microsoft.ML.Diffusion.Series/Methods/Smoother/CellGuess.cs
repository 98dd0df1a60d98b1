namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>Predicts missing cells of a series.</summary>
/// <param name="series">The series, as nearly normal numbers.</param>
/// <param name="cells">Missing cells of it.</param>
/// <param name="numbers">Receives the number of each.</param>
/// <param name="deviations">Receives about how far each may lie from it.</param>
internal delegate void CellGuess(SmoothedSeries series, ReadOnlySpan<int> cells, Span<double> numbers, Span<double> deviations);
