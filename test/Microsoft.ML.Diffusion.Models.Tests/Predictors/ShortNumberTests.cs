using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class ShortNumberTests
{
    [Fact]
    public void A_short_cut_parts_the_same_rows_hardly_moves_and_has_fewer_digits()
    {
        var random = new Philox(5);
        int zeros = 0;
        const int Cuts = 10_000;
        for (ulong i = 0; i < Cuts; i++)
        {
            float scale = MathF.Pow(10, (random.Uniform(4 * i) * 60) - 30), below = (random.Uniform((4 * i) + 1) - 0.5f) * scale;
            float above = below + (scale * random.Uniform((4 * i) + 2) * 0.1f);
            float cut = Math.Min(below + ((above - below) * random.Uniform((4 * i) + 3)), MathF.BitDecrement(above));
            if (!(cut >= below && cut < above))
                continue;
            float shorter = ShortNumber.Cut(cut, below, above);
            Assert.True(shorter >= below && shorter < above);
            Assert.InRange(Math.Abs((double)shorter - cut), 0, ((double)above - below) / 8);
            zeros += int.TrailingZeroCount(BitConverter.SingleToInt32Bits(shorter));
        }
        Assert.True(zeros > 10 * Cuts, $"{zeros / (double)Cuts} zeros at the end");
    }

    [Theory]
    [InlineData(1f, 1f, 1.0000001f)]
    [InlineData(-3e38f, -3.4e38f, 3.4e38f)]
    [InlineData(float.Epsilon, 0, 3 * float.Epsilon)]
    [InlineData(0, -float.Epsilon, float.Epsilon)]
    public void A_cut_between_neighbours_or_at_the_ends_of_a_number_still_parts_them(float cut, float below, float above) =>
        Assert.True(ShortNumber.Cut(cut, below, above) is var shorter && shorter >= below && shorter < above);

    [Theory]
    [InlineData(0.3337f)]
    [InlineData(-2.71828f)]
    [InlineData(123456.79f)]
    [InlineData(1e30f)]
    public void A_leaf_loses_less_than_a_thousandth_of_a_deviation(float mean) =>
        Assert.InRange(Math.Abs(ShortNumber.Leaf(mean) - mean), 0, 1f / 1024);

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
        Assert.All(leaves, leaf => Assert.True(leaf == Common || leaf * 512 == MathF.Round(leaf * 512)));
    }
}
