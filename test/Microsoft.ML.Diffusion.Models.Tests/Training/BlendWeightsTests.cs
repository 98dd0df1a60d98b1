using Microsoft.ML.Diffusion.Models.Methods.Conditional;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class BlendWeightsTests
{
    [Fact]
    public void Members_with_independent_errors_weigh_inversely_to_their_variance()
    {
        // Errors of variance 1 and 3: the best weights are 3/4 and 1/4; the pull to equal ones moves them a little.
        double[] weights = BlendWeights.Fit([1, 0, 0, 3], 2);
        Assert.InRange(weights[0], 0.73, 0.75);
        Assert.Equal(1, weights.Sum(), 9);
    }

    [Fact]
    public void A_member_that_only_adds_error_has_no_weight()
    {
        // The second errs as the first does and then some.
        double[] weights = BlendWeights.Fit([1, 1, 1, 2], 2);
        Assert.InRange(weights[0], 0.97, 1);
    }

    [Fact]
    public void Members_that_say_the_same_weigh_the_same()
    {
        double[] weights = BlendWeights.Fit([2, 2, 2, 2, 2, 2, 2, 2, 2], 3);
        Assert.All(weights, weight => Assert.Equal(1.0 / 3, weight, 9));
    }

    [Fact]
    public void Leaving_members_out_keeps_the_proportions_of_the_others()
    {
        BlendWeights weights = new([0.6, 0.3, 0.1], [0, 0.02, 0.98]);
        Assert.Equal([0, 1, 2], weights.AtLeast(0.1));
        BlendWeights rest = weights.Only([0, 1]);
        Assert.Equal(2.0 / 3, rest.Numbers[0], 9);
        Assert.Equal(1, rest.Categories[1], 9);
    }
}
