namespace Microsoft.ML.Data;

// A row with a known label and what was predicted for it.
internal readonly record struct BinaryOutcome(bool Positive, bool Predicted, float Score, double Probability);

// Areas under the curves that a falling threshold draws.
internal static class RankedOutcomes
{
    // The probability that a positive scores above a negative, ties counting half.
    public static double AreaUnderRoc(IReadOnlyList<BinaryOutcome> outcomes)
    {
        double positives = outcomes.Count(outcome => outcome.Positive);
        double negatives = outcomes.Count - positives;
        if (positives == 0)
            throw new ArgumentOutOfRangeException("PosSample", "AUC is not defined when there is no positive class in the data");
        if (negatives == 0)
            throw new ArgumentOutOfRangeException("NegSample", "AUC is not defined when there is no negative class in the data");
        BinaryOutcome[] ranked = [.. outcomes.OrderBy(outcome => outcome.Score)];
        double won = 0, below = 0;
        for (int i = 0; i < ranked.Length;)
        {
            int tied = i;
            double tiedPositives = 0;
            for (; tied < ranked.Length && ranked[tied].Score.Equals(ranked[i].Score); tied++)
                tiedPositives += ranked[tied].Positive ? 1 : 0;
            double tiedNegatives = tied - i - tiedPositives;
            won += tiedPositives * (below + 0.5 * tiedNegatives);
            below += tiedNegatives;
            i = tied;
        }
        return won / (positives * negatives);
    }

    // Trapezoids between the rows in order of their scores.
    public static double AreaUnderPrecisionRecall(IReadOnlyList<BinaryOutcome> outcomes)
    {
        double positives = outcomes.Count(outcome => outcome.Positive);
        double found = 0, seen = 0, area = 0, lastPrecision = 1;
        foreach (BinaryOutcome outcome in outcomes.OrderByDescending(outcome => outcome.Score))
        {
            seen++;
            found += outcome.Positive ? 1 : 0;
            double precision = found / seen;
            if (outcome.Positive)
                area += 0.5 * (precision + lastPrecision) / positives;
            lastPrecision = precision;
        }
        return area;
    }
}
