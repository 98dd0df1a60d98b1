namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>Says that the test rows were split off the real rows, since none were given.</summary>
/// <param name="Fraction">Their share of the real rows, between 0 and 1.</param>
/// <param name="Seed">Decides which rows they are.</param>
public sealed record TestSplit(double Fraction, ulong Seed)
{
    internal string Sentence => FormattableString.Invariant(
        $"The test rows are {Fraction:P0} of the real rows, split off by chance (seed {Seed}), since no others were given. The synthetic ")
        + "rows may have been learnt from them too: what models learn from them may look somewhat too good, and of privacy only "
        + "exact copies are counted.";
}
