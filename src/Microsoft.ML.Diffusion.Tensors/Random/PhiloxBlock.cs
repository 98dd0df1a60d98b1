namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>One block of Philox4x32-10 (Salmon et al. 2011, section 3.3): four words from a key and a counter.</summary>
internal static class PhiloxBlock
{
    internal const int Rounds = 10;
    internal const uint Multiplier0 = 0xD2511F53;
    internal const uint Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9;
    internal const uint Weyl1 = 0xBB67AE85;

    internal static (uint W0, uint W1, uint W2, uint W3) Compute(ulong key, ulong low, ulong high)
    {
        (uint k0, uint k1) = ((uint)key, (uint)(key >> 32));
        (uint c0, uint c1, uint c2, uint c3) = ((uint)low, (uint)(low >> 32), (uint)high, (uint)(high >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0;
            ulong p1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }

    internal static float ToUniform(uint bits) => (bits >> 8) * (1f / (1 << 24));
}
