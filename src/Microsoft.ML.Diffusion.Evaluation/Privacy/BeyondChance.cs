namespace Microsoft.ML.Diffusion.Evaluation.Privacy;

/// <summary>Which figures of privacy are higher than chance alone makes them: real and held-out rows of which nothing was learnt could
/// be exchanged for each other, so that the distribution of each figure is known whatever the table (permutation tests).</summary>
/// <param name="Found">The rows that the membership attack finds.</param>
/// <param name="Outlying">Those that it finds of the outlying tenth.</param>
/// <param name="Auc">The area under its curve.</param>
/// <param name="Nearer">The synthetic rows that lie nearer to a real row than to one held out.</param>
/// <param name="Copies">Exact copies of real rows.</param>
internal sealed record BeyondChance(bool Found, bool Outlying, bool Auc, bool Nearer, bool Copies)
{
    /// <summary>Whether more synthetic rows lie nearer to a real row than chance brings about. Each nearest row is a real one or one held
    /// out with equal chance; a row that is nearest to many synthetic ones decides for all of them at once.</summary>
    /// <param name="toReal">Distance of each synthetic row to its closest real one.</param>
    /// <param name="real">Which real row that is.</param>
    /// <param name="toHeldOut">Distance of each synthetic row to its closest held-out one.</param>
    /// <param name="heldOut">Which held-out row that is.</param>
    public static bool OfNearer(double[] toReal, int[] real, double[] toHeldOut, int[] heldOut)
    {
        Dictionary<int, int> ofReal = [], ofHeldOut = [];
        for (int i = 0; i < toReal.Length; i++)
        {
            if (toReal[i] < toHeldOut[i])
                ofReal[real[i]] = ofReal.GetValueOrDefault(real[i]) + 1;
            else if (toHeldOut[i] < toReal[i])
                ofHeldOut[heldOut[i]] = ofHeldOut.GetValueOrDefault(heldOut[i]) + 1;
        }

        double squares = ofReal.Values.Concat(ofHeldOut.Values).Sum(count => (double)count * count);
        double lead = ofReal.Values.Sum() - ofHeldOut.Values.Sum();
        return lead > Chance.Deviations * Math.Sqrt(squares);
    }

    /// <summary>Whether an area under the curve is more than the ranks of two samples of one distribution give (Mann and Whitney
    /// 1947).</summary>
    public static bool OfAuc(double auc, int members, int strangers) =>
        auc - 0.5 > Chance.Deviations * Math.Sqrt((members + strangers + 1.0) / (12.0 * members * strangers));
}
