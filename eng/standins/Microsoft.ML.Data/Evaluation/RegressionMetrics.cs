namespace Microsoft.ML.Data;

// How near numbers are predicted.
public sealed class RegressionMetrics
{
    internal RegressionMetrics(IReadOnlyList<(double Label, double Score)> outcomes)
    {
        if (outcomes.Count == 0)
            return;
        double mean = outcomes.Average(outcome => outcome.Label);
        MeanAbsoluteError = outcomes.Average(outcome => Math.Abs(outcome.Label - outcome.Score));
        MeanSquaredError = outcomes.Average(outcome => Square(outcome.Label - outcome.Score));
        RootMeanSquaredError = Math.Sqrt(MeanSquaredError);
        LossFunction = MeanSquaredError;
        RSquared = 1 - MeanSquaredError / outcomes.Average(outcome => Square(outcome.Label - mean));

        static double Square(double value) => value * value;
    }

    public double MeanAbsoluteError { get; }

    public double MeanSquaredError { get; }

    public double RootMeanSquaredError { get; }

    // The squared error.
    public double LossFunction { get; }

    public double RSquared { get; }
}
