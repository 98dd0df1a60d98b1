using Microsoft.ML.Diffusion.Tensors;
using TorchSharp;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Masks of dropout that are drawn where the engine computes.</summary>
public class MaskTests
{
    private const int Count = 100_000;

    private static readonly Philox s_random = new(3, 4);

    [BackendFact]
    public void A_mask_is_the_hash_of_the_index_and_the_seed()
    {
        float[] mask = Draw(0.3f, s_random, firstDraw: 5);
        uint low = s_random.Bits(5), high = s_random.Bits(6);
        for (uint i = 0; i < Count; i++)
            Assert.Equal(Mixed(Mixed(i ^ low) ^ high) < 0.3f * 4294967296.0 ? 0 : 1 / 0.7f, mask[i], 1e-6f);

        static uint Mixed(uint x)
        {
            x = (x ^ (x >> 16)) * 0x7feb352d;
            x = (x ^ (x >> 15)) * 0x846ca68b;
            return x ^ (x >> 16);
        }
    }

    [BackendTheory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    public void It_drops_the_share_that_is_asked_for_and_neighbours_independently(float rate)
    {
        float[] mask = Draw(rate, s_random, firstDraw: 0);
        double deviation = Math.Sqrt(Count * rate * (1 - rate)), both = rate * rate;
        Assert.InRange((mask.Count(value => value == 0) - (Count * rate)) / deviation, -4, 4);
        int pairs = mask.Zip(mask.Skip(1)).Count(pair => pair is { First: 0, Second: 0 });
        Assert.InRange((pairs - (Count * both)) / Math.Sqrt(Count * both * (1 + (2 * rate) - (3 * both))), -4, 4);
    }

    [BackendFact]
    public void The_same_seed_draws_the_same_mask_and_another_seed_or_place_another()
    {
        float[] mask = Draw(0.5f, s_random, firstDraw: 0);
        Assert.Equal(mask, Draw(0.5f, s_random, firstDraw: 0));
        foreach (float[] other in (float[][])[Draw(0.5f, s_random, firstDraw: 1), Draw(0.5f, s_random.Fork(1), firstDraw: 0)])
            Assert.InRange(mask.Zip(other).Count(pair => pair.First == pair.Second) / (double)Count, 0.49, 0.51);
    }

    private static float[] Draw(float rate, Philox random, ulong firstDraw)
    {
        using var masks = new TorchMasks(torch.CPU);
        using torch.Tensor mask = masks.Draw(Count, rate, random, firstDraw);
        return Transfer.Floats(mask).ToArray();
    }
}
