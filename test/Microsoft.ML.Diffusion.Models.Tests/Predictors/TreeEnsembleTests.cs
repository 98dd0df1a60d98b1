using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class TreeEnsembleTests
{
    private const int Inputs = 6;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 75)]
    [InlineData(2, 20)]
    [InlineData(3, 33)]
    [InlineData(40, 40)]
    public void Trees_walked_abreast_say_bit_for_bit_what_they_say_one_after_the_other(int categories, int trees)
    {
        GrownTree[] grown = Grow(categories, trees);
        int[] inputs = [.. Enumerable.Range(0, Inputs).Select(i => 2 * i)];
        var ensemble = new TreeEnsemble(categories, inputs, grown);
        var random = new Philox(3);
        float[] slots = new float[2 * Inputs], own = new float[Math.Max(1, categories)];
        for (int row = 0; row < 50; row++)
        {
            random.Fork((ulong)row).FillUniform(slots);
            slots[0] = row == 0 ? float.NaN : slots[0];
            ensemble.Predict(slots, own);
            Assert.Equal(Plainly(grown, categories, [.. inputs.Select(input => slots[input])]), own);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(40)]
    public void Saved_trees_are_the_same_once_loaded_and_saved_again(int categories)
    {
        var ensemble = new TreeEnsemble(categories, [.. Enumerable.Range(0, Inputs)], Grow(categories, 5));
        byte[] saved = Saved(ensemble);
        using var reader = new BinaryReader(new MemoryStream(saved));
        Assert.Equal(saved, Saved(TreeEnsemble.Load(reader, categories, Inputs)));

        static byte[] Saved(TreeEnsemble ensemble)
        {
            using var stream = new MemoryStream();
            using var writer = new BinaryWriter(stream);
            ensemble.Save(writer);
            return stream.ToArray();
        }
    }

    private static GrownTree[] Grow(int categories, int trees)
    {
        const int Rows = 300;
        var random = new Philox(1);
        float[] targets = [.. Enumerable.Range(0, Rows).Select(row => (float)(row * 7 % (categories > 0 ? categories : 50)))];
        var rows = new TreeRows(categories, [.. Enumerable.Range(0, Inputs)], targets);
        float[] slots = new float[Inputs];
        for (int row = 0; row < Rows; row++)
        {
            random.Fork((ulong)row).FillUniform(slots);
            rows.Take(row, slots);
        }
        // Small trees and large ones.
        return [.. Enumerable.Range(0, trees).Select(i => new TreeGrower().Grow(
            rows, new TreeSettings { SmallestSplit = 2 + (20 * (i % 4)) }, random.Fork(1000 + (ulong)i), TrainingDeadline.None))];
    }

    private static float[] Plainly(GrownTree[] trees, int categories, float[] inputs)
    {
        float[] own = new float[Math.Max(1, categories)];
        foreach (GrownTree tree in trees)
        {
            TreeNode node = tree.Nodes[0];
            while (!node.IsLeaf)
                node = tree.Nodes[node.Left + (inputs[node.Input] > node.Value ? 1 : 0)];
            if (categories <= 2)
                own[^1] += node.Value;
            else
            {
                foreach (CategoryShare share in tree.Shares.AsSpan(node.Left, (int)node.Value))
                    own[share.Category] += share.Share;
            }
        }
        for (int i = 0; i < own.Length; i++)
            own[i] /= trees.Length;
        if (categories == 2)
            own[0] = 1 - own[1];
        return own;
    }
}
