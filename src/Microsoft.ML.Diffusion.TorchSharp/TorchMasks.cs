using Microsoft.ML.Diffusion.Tensors;
using Scalar = TorchSharp.Scalar;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>Masks of dropout drawn where the engine computes: an integer hash of the index and a seed, which is the same on every
/// device.</summary>
/// <remarks>TorchSharp 0.107 has random generators for the processor alone, and the one of the GPU is the app's, which nobody but the app
/// may seed. The hash is lowbias32 (Wellons, "Prospecting for hash functions", 2018), twice, each time with half of the seed.</remarks>
internal sealed class TorchMasks : IDisposable
{
    private const long First = 0x7feb352d, Second = 0x846ca68b;

    // Numbers that operations on a device take from the host without waiting: 0-dimensional tensors.
    private readonly torch.Tensor _bits16 = Number(16), _bits15 = Number(15), _low32 = Number(uint.MaxValue);
    private readonly torch.Device _device;
    private readonly Dictionary<long, torch.Tensor> _indices = [];

    internal TorchMasks(torch.Device device) => _device = device;

    /// <summary>For each of some elements 0 with the probability <paramref name="rate"/>, else 1 / (1 - rate); for the caller to
    /// dispose.</summary>
    /// <param name="count">How many elements.</param>
    /// <param name="rate">The probability of 0.</param>
    /// <param name="random">What random numbers the mask is made of.</param>
    /// <param name="firstDraw">The first of them.</param>
    internal torch.Tensor Draw(long count, float rate, Philox random, ulong firstDraw)
    {
        using torch.Tensor low = Number(random.Bits(firstDraw)), high = Number(random.Bits(firstDraw + 1));
        using torch.Tensor hash = Indices(count).bitwise_xor(low).DetachFromDisposeScope();
        Mix(hash);
        hash.Finish(hash.bitwise_xor_(high));
        Mix(hash);
        using Scalar limit = (long)(rate * 4294967296.0), kept = 1 / (1 - rate);
        using torch.Tensor stays = hash.ge(limit);
        torch.Tensor mask = stays.to_type(torch.ScalarType.Float32).DetachFromDisposeScope();
        mask.Finish(mask.mul_(kept));
        return mask;
    }

    public void Dispose()
    {
        foreach (torch.Tensor indices in _indices.Values)
            indices.Dispose();
        _bits16.Dispose();
        _bits15.Dispose();
        _low32.Dispose();
    }

    /// <summary>x ^= x &gt;&gt; 16; x *= a; x ^= x &gt;&gt; 15; x *= b; x ^= x &gt;&gt; 16, in 32 bits without sign, which 64 bits with
    /// sign hold: the low 32 bits of a product do not depend on what is above them.</summary>
    private void Mix(torch.Tensor hash)
    {
        Fold(hash, _bits16);
        Multiply(hash, First);
        Fold(hash, _bits15);
        Multiply(hash, Second);
        Fold(hash, _bits16);
    }

    private static void Fold(torch.Tensor hash, torch.Tensor bits)
    {
        using torch.Tensor shifted = hash.bitwise_right_shift(bits);
        hash.Finish(hash.bitwise_xor_(shifted));
    }

    private void Multiply(torch.Tensor hash, long factor)
    {
        using Scalar scalar = factor;
        hash.Finish(hash.mul_(scalar));
        hash.Finish(hash.bitwise_and_(_low32));
    }

    /// <summary>0, 1, 2, ...; kept, since the masks of a network have a few sizes.</summary>
    private torch.Tensor Indices(long count)
    {
        lock (_indices)
        {
            if (!_indices.TryGetValue(count, out torch.Tensor? known))
            {
                using Scalar from = 0L, to = count, step = 1L;
                _indices.Add(count, known = torch.arange(from, to, step, torch.ScalarType.Int64, _device).DetachFromDisposeScope());
            }

            return known;
        }
    }

    private static torch.Tensor Number(long value) => torch.tensor(value, torch.ScalarType.Int64, torch.CPU).DetachFromDisposeScope();
}
