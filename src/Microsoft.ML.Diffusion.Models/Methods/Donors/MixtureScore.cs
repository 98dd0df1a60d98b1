namespace Microsoft.ML.Diffusion.Models.Methods.Donors;

/// <summary>The continuous ranked probability score of a mixture of draws of two kinds, summed over cells, as a function of the share of
/// the second kind.</summary>
/// <remarks>The score is the mean distance from the truth less half the mean distance of two draws from each other (Gneiting and Raftery
/// 2007, equation 21). For the mixture that is a parabola in the share, which is never concave: its least value is where its derivative is
/// 0, or at an end. Pairs of one draw with itself are left out, so that few draws estimate it without bias.</remarks>
internal struct MixtureScore
{
    // The score at 0 is left out: linear * share + square * share^2.
    private double _linear;
    private double _square;
    private int _cells;

    /// <summary>Adds a cell.</summary>
    /// <param name="first">Its draws of the first kind; at least two.</param>
    /// <param name="second">As many of the second; the draw at a place may depend on the first kind's at that place.</param>
    /// <param name="truth">Its value.</param>
    /// <param name="areCategories">Whether all differences between values count the same.</param>
    public void Add(ReadOnlySpan<float> first, ReadOnlySpan<float> second, float truth, bool areCategories)
    {
        int draws = first.Length;
        double toTruth = 0, firsts = 0, seconds = 0, both = 0;
        for (int i = 0; i < draws; i++)
        {
            toTruth += Distance(second[i], truth, areCategories) - Distance(first[i], truth, areCategories);
            for (int j = 0; j < draws; j++)
            {
                if (i == j)
                    continue;
                firsts += Distance(first[i], first[j], areCategories);
                seconds += Distance(second[i], second[j], areCategories);
                both += Distance(first[i], second[j], areCategories);
            }
        }
        double pairs = (double)draws * (draws - 1);
        _linear += (toTruth / draws) + ((firsts - both) / pairs);
        _square += (both - (0.5 * (firsts + seconds))) / pairs;
        _cells++;
    }

    /// <summary>Adds the cells of another column.</summary>
    public void Add(MixtureScore other)
    {
        _linear += other._linear;
        _square += other._square;
        _cells += other._cells;
    }

    /// <summary>The share that is best, pulled to another one.</summary>
    /// <param name="towards">That one.</param>
    /// <param name="cells">As strongly as this many cells of <paramref name="like"/> for which it is best.</param>
    /// <param name="like">Tells how much a wrong share matters.</param>
    public readonly double Best(double towards, double cells, MixtureScore like)
    {
        double pull = like._cells == 0 ? 0 : Math.Max(0, cells * like._square / like._cells), square = _square + pull;
        return square > 0 ? Math.Clamp(((pull * towards) - (0.5 * _linear)) / square, 0, 1) : towards;
    }

    /// <summary>How far two values are from each other: their difference, and 1 between categories that are not the same.</summary>
    public static double Distance(float one, float other, bool areCategories) =>
        !areCategories ? Math.Abs(one - other) : one == other ? 0 : 1;
}
