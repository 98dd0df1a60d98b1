namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>The area under the ROC curve. Rows are sorted by their score once, so that a resample takes one pass.</summary>
internal sealed class ResampledAuc : ResampledMetric
{
    private readonly int[] _order;
    private readonly bool[] _isPositive;
    private readonly bool[] _beginsTie;

    /// <param name="scores">One score per row, higher for positives.</param>
    /// <param name="isPositive">Whether each row is a positive.</param>
    public ResampledAuc(double[] scores, bool[] isPositive)
    {
        _order = [.. Enumerable.Range(0, scores.Length)];
        double[] sorted = [.. scores];
        Array.Sort(sorted, _order);
        _isPositive = [.. _order.Select(row => isPositive[row])];
        _beginsTie = new bool[sorted.Length];
        for (int i = 0; i < sorted.Length; i++)
            _beginsTie[i] = i == 0 || sorted[i] != sorted[i - 1];
    }

    /// <summary>One class against the rest, averaged over the classes that occur.</summary>
    public static ResampledMetric OfClasses(int[] labels, double[] scores, int classes) => new OverClasses([.. Enumerable.Range(0, classes)
        .Select(k => new ResampledAuc(
            [.. labels.Select((_, row) => scores[(row * classes) + k])], [.. labels.Select(label => label == k)]))]);

    public override double Of(ReadOnlySpan<int> counts)
    {
        double positives = 0, negatives = 0, above = 0, tiedPositives = 0, tiedNegatives = 0;
        for (int i = 0; i < _order.Length; i++)
        {
            if (_beginsTie[i])
            {
                above += tiedPositives * (negatives + (tiedNegatives / 2));
                positives += tiedPositives;
                negatives += tiedNegatives;
                tiedPositives = tiedNegatives = 0;
            }

            int count = counts[_order[i]];
            if (_isPositive[i])
                tiedPositives += count;
            else
                tiedNegatives += count;
        }

        above += tiedPositives * (negatives + (tiedNegatives / 2));
        return above / ((positives + tiedPositives) * (negatives + tiedNegatives));
    }

    private sealed class OverClasses(ResampledAuc[] classes) : ResampledMetric
    {
        public override double Of(ReadOnlySpan<int> counts)
        {
            double sum = 0;
            int occurring = 0;
            foreach (ResampledAuc own in classes)
            {
                double auc = own.Of(counts);
                sum += double.IsNaN(auc) ? 0 : auc;
                occurring += double.IsNaN(auc) ? 0 : 1;
            }

            return sum / occurring;
        }
    }
}
