using Microsoft.ML.Diffusion.Vision.Classifiers;

namespace Microsoft.ML.Diffusion.Vision.Segmentation;

/// <summary>In how many pixels two classifiers disagree: on pictures that were held back, and on pictures without a mask.</summary>
/// <remarks>Few masks may not show what the other pictures do. A forest's answer is always one that it has learnt; perceptrons go on beyond
/// what they have seen, and can be wrong in nearly every pixel. On held-back pictures, which are like those with masks, that does not
/// show. It shows where the two disagree much more on the other pictures.</remarks>
internal sealed class ExpertDisagreement
{
    // Larger by this many standard errors, and by this factor.
    private const double Noise = 3, Factor = 2;

    private readonly List<double> _heldBack = [];
    private readonly List<double> _others = [];

    /// <summary>Adds a picture.</summary>
    /// <param name="one">The probabilities of one classifier, [pixels, classes].</param>
    /// <param name="other">Those of the other.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="isHeldBack">Whether it has a mask that was held back; otherwise it has none.</param>
    public void Add(float[] one, float[] other, int classes, bool isHeldBack)
    {
        int pixels = one.Length / classes, different = 0;
        for (int i = 0; i < pixels; i++)
        {
            if (MemberVotes.Largest(one.AsSpan(i * classes, classes)) != MemberVotes.Largest(other.AsSpan(i * classes, classes)))
                different++;
        }

        List<double> list = isHeldBack ? _heldBack : _others;
        lock (list)
            list.Add(different / (double)pixels);
    }

    /// <summary>Whether they disagree more where there are no masks than chance explains; false for fewer than two pictures of a
    /// kind.</summary>
    public bool IsLargerWithoutMasks
    {
        get
        {
            if (_heldBack.Count < 2 || _others.Count < 2)
                return false;
            double expected = _heldBack.Order().Average(), found = _others.Order().Average();
            double error = Math.Sqrt(SquaredError(_heldBack, expected) + SquaredError(_others, found));
            return found > Factor * expected && found - expected > Noise * error;
        }
    }

    // Sorted, so that the sum does not depend on the order in which threads added the pictures.
    private static double SquaredError(List<double> shares, double mean) =>
        shares.Order().Sum(share => (share - mean) * (share - mean)) / (shares.Count - 1) / shares.Count;
}
