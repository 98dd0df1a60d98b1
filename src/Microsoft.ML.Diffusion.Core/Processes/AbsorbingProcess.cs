namespace Microsoft.ML.Diffusion.Core.Processes;

/// <summary>Diffusion of categories by masking (D3PM's absorbing state, Austin et al. 2021): a category is either kept or
/// unknown, and is unknown with probability t/T at level t.</summary>
/// <param name="steps">T, at least 1.</param>
public sealed class AbsorbingProcess(int steps)
{
    /// <summary>T, the number of noise levels above the data.</summary>
    public int Steps { get; } = steps;

    /// <summary>The probability that a category is still known at level <paramref name="t"/>.</summary>
    /// <param name="t">0..T.</param>
    public double Kept(int t) => 1 - (double)t / Steps;

    /// <summary>The probability that a category unknown at level <paramref name="from"/> becomes known on the way down to
    /// <paramref name="to"/>.</summary>
    /// <param name="from">1..T.</param>
    /// <param name="to">0..<paramref name="from"/>.</param>
    public double Reveal(int from, int to) => (Kept(to) - Kept(from)) / (1 - Kept(from));
}
