namespace Microsoft.ML.Diffusion;

/// <summary>A view in two parts, each with whole series.</summary>
/// <param name="TrainSet">The series to train on.</param>
/// <param name="TestSet">The series to test on.</param>
public sealed record SeriesSplit(IDataView TrainSet, IDataView TestSet);
