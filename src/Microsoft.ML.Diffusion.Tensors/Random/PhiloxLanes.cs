using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Philox on sixteen lanes: sixteen blocks at a time, that is one group of 64 draws.</summary>
/// <remarks>
/// Lane i holds block first + i. After the ten rounds there are four vectors of words; each is stored as it is, which is the
/// order of draws that <see cref="Philox"/> documents. Normals come in pairs from words 0 and 1, and from words 2 and 3.
/// </remarks>
internal static unsafe class PhiloxLanes<TLanes, T>
    where TLanes : struct, ILanes<T>
    where T : struct
{
    private const int Block = ILanes<T>.Count;

    /// <summary>Draws of whole groups, uniform or normal.</summary>
    /// <param name="random">Which sequence.</param>
    /// <param name="normal">Whether the draws are standard normal; otherwise uniform in [0, 1).</param>
    /// <param name="index">The first draw, a multiple of 64.</param>
    /// <param name="y">Where to.</param>
    /// <param name="groups">How many groups of 64 draws.</param>
    [MethodImpl(IKernel.Loop)]
    internal static void Fill(Philox random, bool normal, ulong index, float* y, nint groups)
    {
        ulong block = index / 4;
        for (nint group = 0; group < groups; group++)
        {
            T w0 = TLanes.CreateSequence((uint)block), w1 = TLanes.CreateBits((uint)(block >> 32));
            T w2 = TLanes.CreateBits((uint)random.Stream), w3 = TLanes.CreateBits((uint)(random.Stream >> 32));
            (uint key0, uint key1) = ((uint)random.Seed, (uint)(random.Seed >> 32));
            for (int round = 0; round < PhiloxBlock.Rounds; round++)
            {
                T high0 = TLanes.MultiplyWide(w0, PhiloxBlock.Multiplier0, out T low0);
                T high1 = TLanes.MultiplyWide(w2, PhiloxBlock.Multiplier1, out T low1);
                w0 = TLanes.Xor(TLanes.Xor(high1, w1), TLanes.CreateBits(key0));
                w2 = TLanes.Xor(TLanes.Xor(high0, w3), TLanes.CreateBits(key1));
                w1 = low1;
                w3 = low0;
                key0 += PhiloxBlock.Weyl0;
                key1 += PhiloxBlock.Weyl1;
            }

            if (normal)
            {
                w0 = Normals(w0, w1, out w1);
                w2 = Normals(w2, w3, out w3);
            }
            else
            {
                w0 = Uniform(w0);
                w1 = Uniform(w1);
                w2 = Uniform(w2);
                w3 = Uniform(w3);
            }

            TLanes.Store(y, w0);
            TLanes.Store(y + Block, w1);
            TLanes.Store(y + (2 * Block), w2);
            TLanes.Store(y + (3 * Block), w3);
            y += 4 * Block;
            block += Block;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Uniform(T bits) => TLanes.Multiply(TLanes.UpperBitsToFloat(bits), TLanes.Create(1f / (1 << 24)));

    /// <summary>Box and Muller's (1958) two normals from two uniforms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Normals(T bits0, T bits1, out T second)
    {
        // The first uniform is moved off zero by half a step, so its logarithm is finite: no normal is beyond 5.9.
        T u = TLanes.MultiplyAdd(TLanes.UpperBitsToFloat(bits0), TLanes.Create(1f / (1 << 24)), TLanes.Create(1f / (1 << 25)));
        T radius = TLanes.Sqrt(TLanes.Multiply(VectorMath<TLanes, T>.Log(u), TLanes.Create(-2)));
        T sine = VectorMath<TLanes, T>.SinCosOfTurn(Uniform(bits1), out T cosine);
        second = TLanes.Multiply(radius, sine);
        return TLanes.Multiply(radius, cosine);
    }
}
