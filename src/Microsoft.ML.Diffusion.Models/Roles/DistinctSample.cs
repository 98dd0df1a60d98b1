using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>
/// Counts different texts in bounded memory. Up to <paramref name="capacity"/> different texts it is exact; beyond, it keeps those
/// whose hash ends in ever more zero bits: a uniform sample of the different texts, with exact counts of its own
/// (adaptive sampling, Flajolet 1990, after Wegman).
/// </summary>
internal sealed class DistinctSample(int capacity)
{
    private const int LongestKept = 256;
    private readonly Dictionary<ulong, Kept> _kept = [];
    private int _level;

    /// <summary>True while every different text is kept.</summary>
    public bool IsExact => _level == 0;

    /// <summary>Number of different texts.</summary>
    public long Count => (long)_kept.Count << _level;

    /// <summary>The different texts of the sample and their counts, in the order in which they came.</summary>
    public IEnumerable<ValueCount> Values => _kept.Values.OrderBy(kept => kept.Order).Select(kept => new ValueCount(kept.Text, kept.Count));

    /// <summary>Share of texts that come once, among those of the sample.</summary>
    public double ShareOfSingles => _kept.Count == 0 ? 0 : _kept.Values.Count(kept => kept.Count == 1) / (double)_kept.Count;

    /// <summary>Different texts as a share of all texts, among those of the sample.</summary>
    public double ShareOfDistinct
    {
        get
        {
            long total = 0;
            foreach (Kept kept in _kept.Values)
                total += kept.Count;
            return total == 0 ? 0 : _kept.Count / (double)total;
        }
    }

    /// <summary>Counts a text.</summary>
    /// <returns>True when the text is not known to have come before.</returns>
    public bool Add(ReadOnlySpan<char> text)
    {
        ulong hash = Hash(text);
        if ((hash & ((1UL << _level) - 1)) != 0)
            return true;
        ref Kept kept = ref CollectionsMarshal.GetValueRefOrAddDefault(_kept, hash, out bool known);
        if (known)
        {
            kept.Count++;
            return false;
        }

        kept = new Kept(new string(text[..Math.Min(text.Length, LongestKept)]), 1, _kept.Count);
        while (_kept.Count > capacity)
        {
            _level++;
            ulong mask = (1UL << _level) - 1;
            foreach (ulong key in _kept.Keys.Where(key => (key & mask) != 0).ToList())
                _kept.Remove(key);
        }

        return true;
    }

    /// <summary>64 bits that depend on every character; the same in every process.</summary>
    internal static ulong Hash(ReadOnlySpan<char> text)
    {
        ulong hash = 0x9E3779B97F4A7C15UL ^ (uint)text.Length;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(text);
        while (bytes.Length >= 8)
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[8..];
        }

        ulong rest = 0;
        foreach (byte value in bytes)
            rest = (rest << 8) | value;
        hash = Mix(hash ^ rest ^ 0xD6E8FEB86659FD93UL);
        return hash ^ (hash >> 32);
    }

    private static ulong Mix(ulong value)
    {
        ulong high = Math.BigMul(value, 0xA0761D6478BD642FUL, out ulong low);
        return high ^ low;
    }

    private record struct Kept(string Text, long Count, int Order);
}
