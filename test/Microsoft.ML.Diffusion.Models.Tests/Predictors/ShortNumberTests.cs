using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class ShortNumberTests
{
    [Theory]
    [InlineData(0.3337f)]
    [InlineData(-2.71828f)]
    [InlineData(123456.79f)]
    [InlineData(1e30f)]
    public void A_leaf_loses_less_than_a_hundredth_of_a_deviation(float mean) =>
        Assert.InRange(Math.Abs(ShortNumber.Leaf(mean) - mean), 0, 1f / 128);

    [Theory]
    [InlineData(0.33371f, 0.3f, 0.35f)]
    [InlineData(-2.71828f, -2.7183f, -2.7181f)]
    [InlineData(0.3f, 0.3f, 0.4f)]
    [InlineData(1e30f, 1e29f, 3e30f)]
    [InlineData(-0.1f, -7, 9)]
    public void A_cut_parts_the_same_values_with_few_digits(float cut, float below, float above)
    {
        float rounded = ShortNumber.Cut(cut, (below, above));
        Assert.True(rounded >= below && rounded < above);
        Assert.InRange(Math.Abs(rounded - cut), 0, (above - below) / 64);
        // A whole number of steps: a step is a power of two.
        float step = MathF.ScaleB(1, Math.ILogB((above - below) / 64));
        Assert.Equal(MathF.Round(rounded / step), rounded / step);
    }

    [Theory]
    [InlineData(1, 1, 1.0000001f)]
    [InlineData(0, 0, float.Epsilon)]
    public void A_cut_in_a_gap_without_room_stays(float cut, float below, float above) =>
        Assert.InRange(ShortNumber.Cut(cut, (below, above)), below, MathF.BitDecrement(above));

    [Fact]
    public void A_number_that_many_rows_have_is_kept_whole_in_leaves()
    {
        const float Common = 0.123456789f;
        var rows = new TreeRows(0, [0], [.. Enumerable.Range(0, 200).Select(row => row % 2 == 0 ? Common : row * 0.0101f)]);
        for (int row = 0; row < rows.Count; row++)
            rows.Take(row, [row]);
        var settings = new TreeSettings { SmallestSplit = 2 };
        GrownTree tree = new TreeGrower().Grow(rows, settings, new Philox(1), Core.Training.TrainingDeadline.None);
        float[] leaves = [.. tree.Nodes.Where(node => node.IsLeaf).Select(node => node.Value)];
        Assert.Equal(100, leaves.Count(leaf => leaf == Common));
        Assert.All(leaves, leaf => Assert.True(leaf == Common || leaf * 64 == MathF.Round(leaf * 64)));
    }
}
