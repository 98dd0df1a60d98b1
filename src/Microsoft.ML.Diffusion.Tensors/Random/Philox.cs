namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>
/// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011). A draw is a function of seed, stream and index alone, so it
/// does not depend on what was drawn before, on the batch size or on the number of threads.
/// </summary>
/// <param name="Seed">The key.</param>
/// <param name="Stream">Which of 2^64 independent sequences, such as the number of a row or of a step.</param>
/// <remarks>
/// The sequence is laid out in groups of 64 draws. The draws of a group are the words of sixteen consecutive blocks: word 0 of
/// the sixteen blocks first, then word 1 of them, and so on. That order lets a vector of blocks be stored without shuffling.
/// </remarks>
public readonly record struct Philox(ulong Seed, ulong Stream = 0)
{
    /// <summary>An independent sequence derived from this one.</summary>
    /// <param name="index">Which one; chains of forks give independent sequences too.</param>
    public Philox Fork(ulong index)
    {
        (uint a, uint b, uint c, uint d) = PhiloxBlock.Compute(Seed ^ 0x9E3779B97F4A7C15, index, Stream);
        return new Philox(a | ((ulong)b << 32), c | ((ulong)d << 32));
    }

    /// <summary>32 random bits.</summary>
    public uint Bits(ulong index)
    {
        (uint a, uint b, uint c, uint d) = PhiloxBlock.Compute(Seed, ((index >> 6) << 4) | (index & 15), Stream);
        return ((index >> 4) & 3) switch { 0 => a, 1 => b, 2 => c, _ => d };
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-24.</summary>
    public float Uniform(ulong index) => PhiloxBlock.ToUniform(Bits(index));

    /// <summary>A whole number, uniform in 0 to bound - 1 (to within bound / 2^32).</summary>
    public int Below(ulong index, int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)(((ulong)Bits(index) * (ulong)bound) >> 32);
    }

    /// <summary>Standard normal.</summary>
    public float Normal(ulong index)
    {
        float value = 0;
        FillNormal(new Span<float>(ref value), index);
        return value;
    }

    /// <summary>Uniform in [0, 1): element i is draw <paramref name="index"/> + i.</summary>
    public void FillUniform(Span<float> destination, ulong index = 0)
    {
        Fill(destination, index, normal: false);
    }

    /// <summary>Standard normal: element i is draw <paramref name="index"/> + i.</summary>
    public void FillNormal(Span<float> destination, ulong index = 0)
    {
        Fill(destination, index, normal: true);
    }

    /// <summary>Puts items into a random order (Fisher and Yates), a function of the number of items alone.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Below((ulong)i, i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>Fills with a random order of 0 to Length - 1.</summary>
    public void Permutation(Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = i;
        Shuffle(destination);
    }

    private unsafe void Fill(Span<float> destination, ulong index, bool normal)
    {
        const int Group = 64;
        // On a cache line, so that no vector is stored across two.
        float* room = stackalloc float[Group + AlignedBuffer.Alignment];
        float* group = (float*)(((nuint)room + 63) & ~(nuint)63);
        var kernel = new PhiloxKernel { Random = this, Normal = normal };
        while (destination.Length > 0)
        {
            int skipped = (int)(index % Group);
            int whole = skipped == 0 ? destination.Length / Group : 0;
            int taken;
            if (whole > 0)
            {
                fixed (float* target = destination)
                {
                    (kernel.Index, kernel.Groups) = (index, whole);
                    kernel.Y = target;
                    VectorWidth.Best.Run(ref kernel);
                }

                taken = whole * Group;
            }
            else
            {
                (kernel.Index, kernel.Groups) = (index - (ulong)skipped, 1);
                kernel.Y = group;
                VectorWidth.Best.Run(ref kernel);
                taken = Math.Min(destination.Length, Group - skipped);
                new ReadOnlySpan<float>(group + skipped, taken).CopyTo(destination);
            }

            destination = destination[taken..];
            index += (ulong)taken;
        }
    }
}
