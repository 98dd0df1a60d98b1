using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The values of a network's parameters by path, and their form in a file.</summary>
/// <remarks>
/// The file form: the bytes "MLDS", the version, the number of entries; for each its path, rank and extents, and its elements
/// as little-endian 32-bit floats.
/// </remarks>
public sealed class StateDictionary
{
    private const uint Magic = 0x53444C4D; // "MLDS", read as a little-endian number
    private const int CurrentVersion = 1;
    private const int LargestCount = 1 << 20;

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
            if (BitConverter.IsLittleEndian)
            {
                writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            }
            else
            {
                foreach (float value in values)
                    writer.Write(value);
            }
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
            if (version is < 1 or > CurrentVersion)
                throw new InvalidDataException($"The weights are of version {version}, and this library reads up to {CurrentVersion}.");

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

    private static float[] ReadValues(BinaryReader reader, int count)
    {
        Require(IsThere(reader, count, sizeof(float)), "number of values");
        if (BitConverter.IsLittleEndian && reader.BaseStream.CanSeek)
        {
            float[] all = new float[count];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(all.AsSpan()));
            return all;
        }

        // In pieces, so that a damaged count runs into the end of the data before it claims all memory.
        const int Piece = 1 << 16;
        var values = new List<float>(Math.Min(count, Piece));
        Span<byte> bytes = new byte[Math.Min(count, Piece) * sizeof(float)];
        while (values.Count < count)
        {
            Span<byte> piece = bytes[..(Math.Min(count - values.Count, Piece) * sizeof(float))];
            reader.BaseStream.ReadExactly(piece);
            for (int i = 0; i < piece.Length; i += sizeof(float))
                values.Add(BinaryPrimitives.ReadSingleLittleEndian(piece[i..]));
        }

        return [.. values];
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
