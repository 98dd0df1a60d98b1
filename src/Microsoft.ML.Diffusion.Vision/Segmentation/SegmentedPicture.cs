using Microsoft.ML.Diffusion.Vision.Classifiers;

namespace Microsoft.ML.Diffusion.Vision.Segmentation;

/// <summary>What was predicted for a picture.</summary>
/// <param name="Classes">[height times width]: the most probable class.</param>
/// <param name="Probabilities">[height times width, classes].</param>
/// <param name="Uncertainty">[height times width]: how much the members of the classifiers disagree, 0 for not at all.</param>
internal sealed record SegmentedPicture(byte[] Classes, float[] Probabilities, float[] Uncertainty)
{
    private const int UncertainShare = 10;

    /// <summary>The uncertainty of the picture: the mean of its most uncertain tenth (Baranchuk et al. 2022).</summary>
    public float PictureUncertainty =>
        Uncertainty.OrderDescending().Take(Math.Max(1, Uncertainty.Length / UncertainShare)).DefaultIfEmpty().Average();

    /// <summary>Takes the most probable class of each pixel.</summary>
    public static SegmentedPicture Of(float[] probabilities, float[] uncertainty)
    {
        byte[] classes = new byte[uncertainty.Length];
        int count = probabilities.Length / Math.Max(1, classes.Length);
        for (int i = 0; i < classes.Length; i++)
            classes[i] = (byte)MemberVotes.Largest(probabilities.AsSpan(i * count, count));
        return new SegmentedPicture(classes, probabilities, uncertainty);
    }
}
