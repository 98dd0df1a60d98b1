namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>
/// The keys that a column has, in bounded memory: a Bloom filter (Bloom 1970) of some ten bits a key, so that no observed key passes
/// for a fresh one, and about one fresh one in a hundred is passed over.
/// </summary>
public sealed class KeyFilter
{
    private const int Probes = 7;
    private const long BitsPerKey = 10;
    private const long MostBits = 1L << 33;
    private readonly ulong[] _bits;

    /// <param name="expected">How many keys will be added; more make the filter coarser, not wrong.</param>
    public KeyFilter(long expected)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expected);
        _bits = new ulong[(Math.Min(MostBits, Math.Max(1024, expected * BitsPerKey)) / 64) + 1];
    }

    private KeyFilter(ulong[] bits, long count) => (_bits, Count) = (bits, count);

    /// <summary>Number of keys that were added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a key; blanks around it do not matter.</summary>
    public void Add(ReadOnlySpan<char> key)
    {
        Count++;
        ulong hash = DistinctSample.Hash(key.Trim());
        for (int i = 0; i < Probes; i++)
        {
            ulong bit = Bit(hash, i);
            _bits[bit >> 6] |= 1UL << (int)(bit & 63);
        }
    }

    /// <summary>Whether a key may be among those that were added; false is certain.</summary>
    public bool MayContain(ReadOnlySpan<char> key)
    {
        ulong hash = DistinctSample.Hash(key);
        for (int i = 0; i < Probes; i++)
        {
            ulong bit = Bit(hash, i);
            if ((_bits[bit >> 6] & (1UL << (int)(bit & 63))) == 0)
                return false;
        }

        return true;
    }

    /// <summary>Writes the filter into a model file.</summary>
    internal void Write(BinaryWriter writer)
    {
        writer.Write(Count);
        writer.Write(_bits.Length);
        foreach (ulong bits in _bits)
            writer.Write(bits);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="bytesLeft">How many bytes there are.</param>
    /// <exception cref="InvalidDataException">There are not as many bytes as it claims.</exception>
    internal static KeyFilter Read(BinaryReader reader, long bytesLeft)
    {
        (long count, int length) = (reader.ReadInt64(), reader.ReadInt32());
        if (count < 0 || length < 1 || length > bytesLeft / sizeof(ulong))
            throw new InvalidDataException("The model file is damaged: its list of keys is longer than the file.");
        ulong[] bits = new ulong[length];
        for (int i = 0; i < bits.Length; i++)
            bits[i] = reader.ReadUInt64();
        return new KeyFilter(bits, count);
    }

    // Two halves of one hash stand for as many as are needed (Kirsch and Mitzenmacher 2006).
    private ulong Bit(ulong hash, int probe) =>
        Math.BigMul((hash * 0x9E3779B97F4A7C15UL) + ((ulong)probe * ((hash >> 17) | 1) * 0xD6E8FEB86659FD93UL),
        (ulong)_bits.Length * 64, out _);
}
