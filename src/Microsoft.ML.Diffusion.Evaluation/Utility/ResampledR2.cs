namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>The share of the labels' variance that predictions explain.</summary>
/// <param name="labels">The true number of each row.</param>
/// <param name="predicted">The predicted one.</param>
internal sealed class ResampledR2(double[] labels, double[] predicted) : ResampledMetric
{
    public override double Of(ReadOnlySpan<int> counts)
    {
        double rows = 0, sum = 0, squares = 0, errors = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            rows += counts[i];
            sum += counts[i] * labels[i];
        }

        double mean = sum / rows;
        for (int i = 0; i < labels.Length; i++)
        {
            squares += counts[i] * (labels[i] - mean) * (labels[i] - mean);
            errors += counts[i] * (labels[i] - predicted[i]) * (labels[i] - predicted[i]);
        }

        return squares > 0 ? 1 - (errors / squares) : double.NaN;
    }
}
