namespace Microsoft.ML.Diffusion.Models.Methods.Gaussian;

/// <summary>Factors of the systems of rows in which the same places are missing: many rows lack what others lack, and to make a
/// factor takes longer than all else. What is kept stays, up to a size, and only what was asked for twice is kept, so that rows
/// that all differ cost no memory.</summary>
/// <remarks>Any number of threads may ask at once. A factor has the same bits whoever makes it.</remarks>
internal sealed class KnownFactors
{
    // Entries, and how many of them may have to be looked at for one.
    private const int EntryBits = 10, Looks = 4;

    // Numbers of all factors together: eight megabytes.
    private const int MostNumbers = 1 << 20;

    private Entry?[]? _entries;
    private uint[]? _asked;
    private int _numbers;

    /// <summary>The factor for some missing places; null where it is not kept.</summary>
    public double[]? Find(ReadOnlySpan<int> missing)
    {
        if (Volatile.Read(ref _entries) is not { } entries)
            return null;
        uint hash = Hash(missing);
        for (int look = 0; look < Looks; look++)
        {
            Entry? entry = Volatile.Read(ref entries[Place(hash, look)]);
            if (entry is null)
                return null;
            if (entry.Missing.AsSpan().SequenceEqual(missing))
                return entry.Factor;
        }
        return null;
    }

    /// <summary>Keeps a copy of a factor if it was asked for before, and there is room.</summary>
    public void Offer(ReadOnlySpan<int> missing, ReadOnlySpan<double> factor)
    {
        uint hash = Hash(missing);
        ref uint asked = ref LazyInitializer.EnsureInitialized(ref _asked, () => new uint[1 << EntryBits])[Place(hash, 0)];
        if (asked != hash)
        {
            asked = hash;
            return;
        }
        Entry?[] entries = LazyInitializer.EnsureInitialized(ref _entries, () => new Entry?[1 << EntryBits]);
        for (int look = 0; look < Looks; look++)
        {
            ref Entry? entry = ref entries[Place(hash, look)];
            if (Volatile.Read(ref entry) is not null)
                continue;
            if (Interlocked.Add(ref _numbers, factor.Length) <= MostNumbers
                && Interlocked.CompareExchange(ref entry, new Entry([.. missing], [.. factor]), null) is null)
            {
                return;
            }
            // No room, or another thread was faster.
            Interlocked.Add(ref _numbers, -factor.Length);
            return;
        }
    }

    private static uint Hash(ReadOnlySpan<int> missing)
    {
        uint hash = 2166136261;
        foreach (int place in missing)
            hash = (hash ^ (uint)place) * 16777619;
        // 0 is what nobody has asked for.
        return Math.Max(hash, 1);
    }

    // The upper bits, which every place has a say in.
    private static uint Place(uint hash, int look) => ((hash >> (32 - EntryBits)) + (uint)look) % (1 << EntryBits);

    private sealed record Entry(int[] Missing, double[] Factor);
}
