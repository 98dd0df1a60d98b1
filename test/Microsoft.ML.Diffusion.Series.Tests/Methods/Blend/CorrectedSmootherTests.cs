using Microsoft.ML.Diffusion.Series.Methods.Blend;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Blend;

public class CorrectedSmootherTests
{
    private static readonly VariableTransform s_transform = new(0, 1, 1, 0, 1, -1e6, 1e6);

    [Theory]
    [InlineData(1)]
    [InlineData(-3)]
    public void Within_the_limit_a_correction_is_added(double number) =>
        Assert.Equal(number + 0.25, CorrectedSmoother.Corrected(number, 0.25));

    [Theory]
    [InlineData(4.5)]
    [InlineData(7)]
    [InlineData(-9)]
    public void Beyond_it_a_correction_changes_the_value_as_much_as_at_the_limit(double number)
    {
        const double Small = 0.01;
        double moved = s_transform.Revert(CorrectedSmoother.Corrected(number, Small)) - s_transform.Revert(number);
        Assert.Equal(Small, moved, 1e-4);
        // Added as it is, it would change the value by many times as much.
        Assert.True(s_transform.Revert(number + Small) - s_transform.Revert(number) > 1.5 * Small);
    }
}
