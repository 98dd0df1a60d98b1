using System.Globalization;

namespace Microsoft.ML.Data;

// 128 bits that name a row whatever the order in which rows are read.
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    public readonly ulong Low;
    public readonly ulong High;

    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    // Ids for a row's derived rows: the k-th is Next applied k times to Fork.
    public DataViewRowId Fork() => Combine(new DataViewRowId(0x9E3779B97F4A7C15, 1));
    public DataViewRowId Next() => Combine(new DataViewRowId(0xD1B54A32D192ED03, 2));

    public DataViewRowId Combine(DataViewRowId other)
    {
        ulong low = Mix(Low + Mix(other.Low) + 0x632BE59BD9B4E019);
        ulong high = Mix(High + Mix(other.High ^ low) + 0xE7037ED1A0B428DB);
        return new DataViewRowId(Mix(low ^ high), high);
    }

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;
    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);
    public override int GetHashCode() => HashCode.Combine(Low, High);

    public int CompareTo(DataViewRowId other)
        => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    public override string ToString()
        => High.ToString("x16", CultureInfo.InvariantCulture) + Low.ToString("x16", CultureInfo.InvariantCulture);

    // Finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
