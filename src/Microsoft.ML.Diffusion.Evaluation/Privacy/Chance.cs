namespace Microsoft.ML.Diffusion.Evaluation.Privacy;

/// <summary>What chance alone gives: a figure counts where chance reaches it in fewer tables than <see cref="Level"/>.</summary>
internal static class Chance
{
    /// <summary>How often chance may pass for more. Five figures make a verdict, so that all of them together do so in at most 5 % of
    /// the tables.</summary>
    public const double Level = 0.01;

    /// <summary>So many standard deviations above its mean a normal number is with the probability <see cref="Level"/>.</summary>
    public const double Deviations = 2.326;

    /// <summary>The probability that of items which are drawn without replacement at most so many are marked (the hypergeometric
    /// distribution).</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="all">How many items there are.</param>
    /// <param name="marked">How many of them are marked.</param>
    /// <param name="drawn">How many are drawn.</param>
    public static double OfAtMost(int most, int all, int marked, int drawn)
    {
        int least = Math.Max(0, drawn - (all - marked));
        most = Math.Min(most, Math.Min(marked, drawn));
        // The logarithm of the probability of exactly so many.
        double exactly = LogChoices(marked, least) + LogChoices(all - marked, drawn - least) - LogChoices(all, drawn), sum = 0;
        for (int count = least; count <= most; count++)
        {
            sum += Math.Exp(exactly);
            exactly += Math.Log((double)(marked - count) * (drawn - count) / ((count + 1.0) * (all - marked - drawn + count + 1.0)));
        }

        return Math.Min(1, sum);
    }

    /// <summary>Whether a kind of rows is more frequent in one table than in another beyond chance (Fisher's exact test,
    /// one-sided).</summary>
    public static bool IsExceededBy(int found, int rows, int otherFound, int otherRows) =>
        OfAtMost(otherFound, rows + otherRows, found + otherFound, otherRows) < Level;

    private static double LogChoices(int all, int chosen)
    {
        double sum = 0;
        for (int i = 1; i <= chosen; i++)
            sum += Math.Log((all - chosen + i) / (double)i);
        return sum;
    }
}
