using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>
/// A random order of 0 to size - 1 that needs no memory: a Feistel network on the bits of the index (Luby and Rackoff 1988), walked on
/// until the result lies below the size (Black and Rogaway 2002).
/// </summary>
internal sealed class IndexPermutation
{
    private const int Rounds = 4;
    private readonly ulong[] _keys = new ulong[Rounds];
    private readonly ulong _size;
    private readonly int _half;

    public IndexPermutation(ulong seed, ulong size)
    {
        var random = new Philox(seed, 0x4B657973);
        for (int i = 0; i < Rounds; i++)
            _keys[i] = random.Bits((ulong)(2 * i)) | ((ulong)random.Bits((ulong)((2 * i) + 1)) << 32);
        _size = size;
        _half = 1;
        while (_half < 31 && 1UL << (2 * _half) < size)
            _half++;
    }

    /// <summary>The place of an index.</summary>
    public ulong this[ulong index]
    {
        get
        {
            do
                index = Mix(index);
            while (index >= _size);
            return index;
        }
    }

    private ulong Mix(ulong index)
    {
        ulong mask = (1UL << _half) - 1;
        ulong left = index >> _half, right = index & mask;
        foreach (ulong key in _keys)
        {
            ulong word = (right ^ key) * 0x9E3779B97F4A7C15UL;
            word = (word ^ (word >> 29)) * 0xBF58476D1CE4E5B9UL;
            (left, right) = (right, left ^ ((word ^ (word >> 32)) & mask));
        }

        return (left << _half) | right;
    }
}
