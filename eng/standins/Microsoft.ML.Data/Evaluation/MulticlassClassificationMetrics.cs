namespace Microsoft.ML.Data;

// How well several classes are told apart.
public sealed class MulticlassClassificationMetrics
{
    private const double LeastProbability = 1e-15;

    internal MulticlassClassificationMetrics(IReadOnlyList<(int Label, float[] Scores)> outcomes, string[] classNames, int topK)
    {
        int classes = classNames.Length;
        var counts = Enumerable.Range(0, classes).Select(_ => new double[classes]).ToArray();
        var ranks = new double[classes];
        var losses = new double[classes];
        foreach ((int label, float[] scores) in outcomes)
        {
            counts[label][Array.IndexOf(scores, scores.Max())]++;
            ranks[scores.Index().Count(other =>
                other.Item > scores[label] || (other.Item == scores[label] && other.Index < label))]++;
            losses[label] -= Math.Log(Math.Max(scores[label], LeastProbability));
        }
        double[] shares = Array.ConvertAll(counts, row => row.Sum() / outcomes.Count);
        int[] present = Enumerable.Range(0, classes).Where(k => shares[k] > 0).ToArray();

        ConfusionMatrix = new ConfusionMatrix(counts, classNames);
        MicroAccuracy = Enumerable.Range(0, classes).Sum(k => counts[k][k]) / outcomes.Count;
        MacroAccuracy = present.Average(k => ConfusionMatrix.PerClassRecall[k]);
        LogLoss = losses.Sum() / outcomes.Count;
        PerClassLogLoss = losses.Select((loss, k) => shares[k] > 0 ? loss / counts[k].Sum() : 0).ToArray();
        double entropy = -present.Sum(k => shares[k] * Math.Log(shares[k]));
        LogLossReduction = (entropy - LogLoss) / entropy;
        TopKPredictionCount = topK;
        if (topK > 0)
        {
            double within = 0;
            TopKAccuracyForAllK = ranks.Take(topK).Select(count => (within += count) / outcomes.Count).ToArray();
            TopKAccuracy = TopKAccuracyForAllK[^1];
        }
    }

    // In nats.
    public double LogLoss { get; }

    // The share of the labels' entropy that the probabilities take away.
    public double LogLossReduction { get; private set; }

    // The mean of the classes' recalls.
    public double MacroAccuracy { get; }

    public double MicroAccuracy { get; }

    public double TopKAccuracy { get; }

    public IReadOnlyList<double> TopKAccuracyForAllK { get; }

    public int TopKPredictionCount { get; }

    public IReadOnlyList<double> PerClassLogLoss { get; }

    public ConfusionMatrix ConfusionMatrix { get; }
}
