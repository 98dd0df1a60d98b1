namespace Microsoft.ML.Diffusion.Models.Privacy;

/// <summary>The budget of one training: nothing looks at rows but through it. Not safe to use from several threads at once.</summary>
/// <remarks>What is measured next may depend on what was measured before: for zero-concentrated privacy the costs still add up, as long as
/// their sum is bounded beforehand (Feldman, Zrnic 2021; Whitehouse, Ramdas, Rogers, Wu 2023).</remarks>
/// <param name="rho">All there is to spend.</param>
/// <param name="noise">Where noise comes from.</param>
internal sealed class PrivacyLedger(double rho, NoiseSource noise)
{
    // For the rounding of sums of shares.
    private const double Slack = 1e-9;

    private readonly List<(string Purpose, double Rho)> _expenses = [];

    /// <summary>What is left.</summary>
    public double Left { get; private set; } = rho;

    /// <summary>What was spent, one entry a purpose.</summary>
    public IReadOnlyList<PrivacyExpense> Expenses => [.. _expenses.GroupBy(one => one.Purpose, StringComparer.Ordinal)
        .Select(group => new PrivacyExpense(group.Key, group.Sum(one => one.Rho)))];

    /// <summary>Counts with noise: each row was counted in one cell at most, so that a cost of rho takes noise of variance
    /// 1 / (2 rho).</summary>
    /// <param name="counts">The exact counts; every cell gets noise, the empty ones too.</param>
    /// <param name="cost">What it may cost, above 0.</param>
    /// <param name="purpose">What for, in a few words.</param>
    /// <param name="variance">The variance of the noise of every cell.</param>
    public double[] Measure(ReadOnlySpan<int> counts, double cost, string purpose, out double variance)
    {
        long sixteenths = SixteenthsOf(cost);
        variance = sixteenths / 16.0;
        Spend(Math.Min(cost, 1 / (2 * variance)), purpose);
        double[] noisy = new double[counts.Length];
        for (int i = 0; i < noisy.Length; i++)
            noisy[i] = counts[i] + noise.DiscreteGaussian(sixteenths);
        return noisy;
    }

    /// <summary>Chooses one of several by the exponential mechanism, which costs epsilon^2 / 8 (Cesar, Rogers 2021).</summary>
    /// <param name="scores">How good each is; a row changes each by <paramref name="sensitivity"/> at most.</param>
    /// <param name="sensitivity">See above.</param>
    /// <param name="epsilon">Above 0.</param>
    /// <param name="purpose">What for, in a few words.</param>
    public int Choose(ReadOnlySpan<double> scores, double sensitivity, double epsilon, string purpose)
    {
        Spend(epsilon * epsilon / 8, purpose);
        return noise.Choose(scores, epsilon / (2 * sensitivity));
    }

    /// <summary>The variance of the noise at a cost.</summary>
    public static double VarianceAt(double cost) => SixteenthsOf(cost) / 16.0;

    // Rounded up, so that it never costs more.
    private static long SixteenthsOf(double cost) => (long)Math.Clamp(Math.Ceiling(8 / cost), 1, 1L << 48);

    private void Spend(double cost, string purpose)
    {
        if (!(cost <= Left * (1 + Slack)))
            throw new InvalidOperationException($"The privacy budget is spent: {purpose} would cost {cost}, and {Left} is left.");
        Left = Math.Max(0, Left - cost);
        _expenses.Add((purpose, cost));
    }
}
