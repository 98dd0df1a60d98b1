using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Segmentation;

namespace Microsoft.ML.Diffusion.Vision.Tests.Segmentation;

/// <summary>When perceptrons are left out because pictures without masks are unlike those with masks.</summary>
public class ExpertDisagreementTests
{
    [Theory]
    [InlineData(0.05, 0.05, false)]
    [InlineData(0.05, 0.06, false)]
    [InlineData(0.05, 0.3, true)]
    [InlineData(0.3, 0.05, false)]
    public void Classifiers_that_disagree_much_more_without_masks_are_found(double heldBack, double others, bool isFound)
    {
        Assert.Equal(isFound, Of(heldBack, others, pictures: 10).IsLargerWithoutMasks);
    }

    [Fact]
    public void One_picture_proves_nothing() => Assert.False(Of(0.05, 0.9, pictures: 1).IsLargerWithoutMasks);

    [Fact]
    public void Pictures_that_differ_much_among_each_other_prove_nothing()
    {
        var disagreement = new ExpertDisagreement();
        double[] heldBack = [0.02, 0.05, 0.4], others = [0.1, 0.9, 0.2];
        for (int i = 0; i < heldBack.Length; i++)
        {
            Add(disagreement, heldBack[i], isHeldBack: true, (ulong)i);
            Add(disagreement, others[i], isHeldBack: false, (ulong)i);
        }

        Assert.False(disagreement.IsLargerWithoutMasks);
    }

    [Fact]
    public void Without_the_last_classifier_the_weights_are_the_best_of_the_others()
    {
        // The last is right, the second nearly so, the first never.
        byte[] mask = [0, 1, 0, 1, 1, 0, 1, 0];
        float[] right = [.. mask.SelectMany(label => new float[] { 1 - label, label })];
        float[] nearly = [.. right[..14], 0, 1];
        var blend = new ExpertBlend(2);
        blend.Add(mask, [[.. right.Select(value => 1 - value)], nearly, right]);
        Assert.True(blend.Weights()[2] > 0);
        float[] without = blend.Weights(withLast: false);
        Assert.Equal(0, without[2]);
        Assert.True(without[1] > without[0]);
    }

    private static ExpertDisagreement Of(double heldBack, double others, int pictures)
    {
        var disagreement = new ExpertDisagreement();
        for (int i = 0; i < pictures; i++)
        {
            Add(disagreement, heldBack, isHeldBack: true, (ulong)i);
            Add(disagreement, others, isHeldBack: false, (ulong)(i + pictures));
        }

        return disagreement;
    }

    /// <summary>A picture of 1,000 pixels of two classes, in about a share of which the second answer is another.</summary>
    private static void Add(ExpertDisagreement disagreement, double share, bool isHeldBack, ulong seed)
    {
        float[] one = new float[2000], other = new float[2000];
        var random = new Philox(3, seed);
        for (int i = 0; i < 1000; i++)
        {
            one[2 * i] = 1;
            other[(2 * i) + (random.Uniform((ulong)i) < share ? 1 : 0)] = 1;
        }

        disagreement.Add(one, other, 2, isHeldBack);
    }
}
