namespace Microsoft.ML.Data;

// How well two classes are told apart.
public class BinaryClassificationMetrics
{
    internal BinaryClassificationMetrics(IReadOnlyList<BinaryOutcome> outcomes)
    {
        double tp = 0, fp = 0, tn = 0, fn = 0;
        foreach (BinaryOutcome outcome in outcomes)
        {
            if (outcome.Predicted)
                _ = outcome.Positive ? tp++ : fp++;
            else
                _ = outcome.Positive ? fn++ : tn++;
        }
        ConfusionMatrix = new ConfusionMatrix([[tp, fn], [fp, tn]], ["positive", "negative"]);
        Accuracy = (tp + tn) / outcomes.Count;
        PositivePrecision = ConfusionMatrix.PerClassPrecision[0];
        PositiveRecall = ConfusionMatrix.PerClassRecall[0];
        NegativePrecision = ConfusionMatrix.PerClassPrecision[1];
        NegativeRecall = ConfusionMatrix.PerClassRecall[1];
        F1Score = PositivePrecision + PositiveRecall == 0 ? 0 : 2 * PositivePrecision * PositiveRecall / (PositivePrecision + PositiveRecall);
        AreaUnderRocCurve = RankedOutcomes.AreaUnderRoc(outcomes);
        AreaUnderPrecisionRecallCurve = RankedOutcomes.AreaUnderPrecisionRecall(outcomes);
    }

    public double AreaUnderRocCurve { get; }

    public double Accuracy { get; }

    public double PositivePrecision { get; }

    public double PositiveRecall { get; private set; }

    public double NegativePrecision { get; }

    public double NegativeRecall { get; }

    public double F1Score { get; }

    public double AreaUnderPrecisionRecallCurve { get; }

    // Class 0 is the positive one.
    public ConfusionMatrix ConfusionMatrix { get; }
}

// The same where probabilities are known.
public sealed class CalibratedBinaryClassificationMetrics : BinaryClassificationMetrics
{
    internal CalibratedBinaryClassificationMetrics(IReadOnlyList<BinaryOutcome> outcomes) : base(outcomes)
    {
        LogLoss = outcomes.Average(outcome => -Math.Log2(outcome.Positive ? outcome.Probability : 1 - outcome.Probability));
        double positive = outcomes.Average(outcome => outcome.Positive ? 1.0 : 0.0);
        Entropy = -positive * Math.Log2(positive) - (1 - positive) * Math.Log2(1 - positive);
        LogLossReduction = (Entropy - LogLoss) / Entropy;
    }

    // In bits.
    public double LogLoss { get; }

    // The share of the entropy that the probabilities take away.
    public double LogLossReduction { get; }

    // In bits.
    public double Entropy { get; }
}
