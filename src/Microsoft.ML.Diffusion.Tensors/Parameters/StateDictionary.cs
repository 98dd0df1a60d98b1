using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The values of a network's parameters by path, and their form in a file.</summary>
/// <remarks>
/// The file form: the bytes "MLDS", the version, the number of entries; for each its path, rank and extents, and its elements
/// as little-endian 32-bit floats: the first bytes of all, then the second ones, and so on, since like bytes beside each other take less
/// space in a zip.
/// </remarks>
public sealed class StateDictionary
{
    private const uint Magic = 0x53444C4D; // "MLDS", read as a little-endian number
    private const int CurrentVersion = 2;
    private const int LargestCount = 1 << 20;

    private const int Piece = 1 << 12, BitsOfByte = 8, BitsOfValue = 32;

    // An entry's bytes at least: the length of its path, its rank, one extent.
    private const int LeastEntry = 6;

    private readonly Dictionary<string, (Shape Shape, float[] Values)> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    /// <summary>The number of entries.</summary>
    public int Count => _names.Count;

    /// <summary>The paths, in the order they were added.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The number of values of all entries together.</summary>
    internal long ValueCount => _entries.Values.Sum(entry => (long)entry.Values.Length);

    /// <summary>Whether every value is a finite number.</summary>
    internal bool IsFinite => _entries.Values.All(entry => AreFinite(entry.Values));

    /// <summary>Adds a copy of some values.</summary>
    /// <exception cref="ArgumentException">The path is taken, or the shape does not fit the number of values.</exception>
    public void Add(string path, Shape shape, ReadOnlySpan<float> values)
    {
        if (shape.Count != values.Length)
            throw new ArgumentException($"'{path}' has {values.Length} values, and its shape {shape} needs {shape.Count}.", nameof(values));
        _entries.Add(path, (shape, values.ToArray()));
        _names.Add(path);
    }

    /// <summary>Finds an entry.</summary>
    public bool TryGet(string path, out Shape shape, out ReadOnlySpan<float> values)
    {
        bool found = _entries.TryGetValue(path, out (Shape Shape, float[] Values) entry);
        shape = entry.Shape;
        values = entry.Values;
        return found;
    }

    /// <summary>Writes all entries.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Magic);
        writer.Write(CurrentVersion);
        writer.Write(Count);
        foreach (string name in _names)
        {
            (Shape shape, float[] values) = _entries[name];
            writer.Write(name);
            writer.Write((byte)shape.Rank);
            for (int i = 0; i < shape.Rank; i++)
                writer.Write(shape[i]);
            WriteValues(writer, values);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data are something else, from a newer version, damaged or cut short.</exception>
    public static StateDictionary Load(BinaryReader reader)
    {
        try
        {
            if (reader.ReadUInt32() != Magic)
                throw new InvalidDataException("These are not the weights of a network: the first four bytes should be 'MLDS'.");
            int version = reader.ReadInt32();
            if (version != CurrentVersion)
                throw new InvalidDataException($"The weights are of version {version}, and this library reads version {CurrentVersion}.");

            int count = reader.ReadInt32();
            Require(count is >= 0 and <= LargestCount && IsThere(reader, count, LeastEntry), "number of entries");
            var state = new StateDictionary();
            for (int i = 0; i < count; i++)
            {
                string name = reader.ReadString();
                Shape shape = ReadShape(reader);
                Require(!state._entries.ContainsKey(name), "entry that comes twice");
                state._entries.Add(name, (shape, ReadValues(reader, shape.Count)));
                state._names.Add(name);
            }

            return state;
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The weights of the network are cut short.", e);
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            // The length of a text is no length.
            throw new InvalidDataException("The weights of the network are damaged: impossible name.", e);
        }
    }

    private static Shape ReadShape(BinaryReader reader)
    {
        int rank = reader.ReadByte();
        Require(rank is >= 1 and <= 4, "rank");
        Span<int> d = stackalloc int[rank];
        long count = 1;
        for (int i = 0; i < rank; i++)
        {
            d[i] = reader.ReadInt32();
            Require(d[i] >= 0, "extent");
            count *= d[i];
            Require(count <= int.MaxValue, "extent");
        }

        return rank switch
        {
            1 => new Shape(d[0]),
            2 => new Shape(d[0], d[1]),
            3 => new Shape(d[0], d[1], d[2]),
            _ => new Shape(d[0], d[1], d[2], d[3]),
        };
    }

    private static void WriteValues(BinaryWriter writer, ReadOnlySpan<float> values)
    {
        Span<byte> piece = stackalloc byte[Piece];
        for (int shift = 0; shift < BitsOfValue; shift += BitsOfByte)
        {
            for (int first = 0; first < values.Length; first += Piece)
            {
                Span<byte> some = piece[..Math.Min(Piece, values.Length - first)];
                for (int i = 0; i < some.Length; i++)
                    some[i] = (byte)(BitConverter.SingleToUInt32Bits(values[first + i]) >> shift);
                writer.Write(some);
            }
        }
    }

    private static float[] ReadValues(BinaryReader reader, int count)
    {
        Require(IsThere(reader, count, sizeof(float)), "number of values");
        // Where the stream cannot tell its length, memory grows with the first bytes that are there.
        float[] values = new float[reader.BaseStream.CanSeek ? count : Math.Min(count, Piece)];
        Span<byte> piece = stackalloc byte[Piece];
        for (int shift = 0; shift < BitsOfValue; shift += BitsOfByte)
        {
            for (int first = 0; first < count; first += Piece)
            {
                Span<byte> some = piece[..Math.Min(Piece, count - first)];
                reader.BaseStream.ReadExactly(some);
                if (values.Length < first + some.Length)
                    Array.Resize(ref values, (int)Math.Min(count, 2L * values.Length));
                Span<uint> bits = MemoryMarshal.Cast<float, uint>(values.AsSpan());
                for (int i = 0; i < some.Length; i++)
                    bits[first + i] |= (uint)some[i] << shift;
            }
        }

        return values;
    }

    /// <summary>Whether as many bytes are left as some items need; true where the stream cannot tell.</summary>
    private static bool IsThere(BinaryReader reader, int items, int bytesOfEach) =>
        !reader.BaseStream.CanSeek || (long)items * bytesOfEach <= reader.BaseStream.Length - reader.BaseStream.Position;

    private static bool AreFinite(ReadOnlySpan<float> values)
    {
        // A finite number times 0 is 0; infinity times 0 is no number.
        Vector<float> sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            sums += new Vector<float>(values[i..]) * 0f;
        float rest = Vector.Sum(sums);
        for (; i < values.Length; i++)
            rest += values[i] * 0f;
        return rest == 0;
    }

    private static void Require([DoesNotReturnIf(false)] bool condition, string what)
    {
        if (!condition)
            throw new InvalidDataException($"The weights of the network are damaged: impossible {what}.");
    }
}
