using System.Buffers.Binary;

namespace Microsoft.ML.Diffusion.Fuzzing.Models;

/// <summary>Changes bytes of a saved model as chance or malice might, and makes the checksums right again.</summary>
internal static class ModelMutator
{
    // Magic, version, length and checksum of a frame.
    private const int Head = 20;
    private const uint Magic = 0x4D444C4D;

    private static readonly int[] s_integers =
    [
        0, 1, 2, 3, 5, -1, -2, 127, 128, 255, 256, 10_000, 65_535, 65_536, 1_000_000, int.MaxValue / 4, int.MaxValue - 1, int.MaxValue,
        int.MinValue,
    ];

    private static readonly float[] s_singles =
        [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon, 0, -1, 1e30f];

    private static readonly double[] s_doubles =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.MinValue, double.Epsilon, 0, -1, 1e160,
        1e-160,
    ];

    /// <summary>A changed copy.</summary>
    /// <param name="model">A saved model, from its first byte.</param>
    /// <param name="random">Decides on everything.</param>
    public static byte[] Mutate(byte[] model, Random random)
    {
        var content = new List<byte>(model[Head..]);
        for (int edits = random.Next(1, 4); edits > 0; edits--)
            Edit(content, random);
        byte[] result = [.. model[..Head], .. content];
        MakeFrames(result);
        return result;
    }

    private static void Edit(List<byte> bytes, Random random)
    {
        if (bytes.Count < 16)
            return;
        // Names, sizes and structure come before the many weights, so that most changes are made there.
        double share = random.NextDouble();
        int place = (int)((random.Next(3) == 0 ? share : share * share * share * share) * (bytes.Count - 9));
        int length = Math.Min(random.Next(1, 40), bytes.Count - place);
        switch (random.Next(10))
        {
            case 0:
                bytes[place] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[place] = (byte)random.Next(256);
                break;
            case 2 or 3 or 4:
                Write(bytes, place, BitConverter.GetBytes(s_integers[random.Next(s_integers.Length)]));
                break;
            case 5:
                Write(bytes, place, BitConverter.GetBytes(s_singles[random.Next(s_singles.Length)]));
                break;
            case 6:
                Write(bytes, place, BitConverter.GetBytes(s_doubles[random.Next(s_doubles.Length)]));
                break;
            case 7:
                bytes.RemoveRange(place, random.Next(2) == 0 ? bytes.Count - place : length);
                break;
            case 8:
                bytes.InsertRange(place, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                break;
            default:
                Write(bytes, place, [.. bytes.GetRange(random.Next(bytes.Count - length + 1), length)]);
                break;
        }
    }

    private static void Write(List<byte> bytes, int place, byte[] value)
    {
        for (int i = 0; i < value.Length && place + i < bytes.Count; i++)
            bytes[place + i] = value[i];
    }

    /// <summary>Makes length and checksum of the frame right, and of a frame within it.</summary>
    private static void MakeFrames(byte[] bytes)
    {
        for (int start = bytes.Length - Head; start >= 0; start--)
        {
            Span<byte> frame = bytes.AsSpan(start);
            if (BinaryPrimitives.ReadUInt32LittleEndian(frame) != Magic)
                continue;
            // A frame within ends where the one around it does, or where it said.
            int said = BinaryPrimitives.ReadInt32LittleEndian(frame[8..]), left = frame.Length - Head;
            int length = start == 0 || said < 0 || said > left ? left : said;
            BinaryPrimitives.WriteInt32LittleEndian(frame[8..], length);
            BinaryPrimitives.WriteUInt64LittleEndian(frame[12..], Checksum(frame.Slice(Head, length)));
        }
    }

    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in bytes)
            hash = (hash ^ b) * 1099511628211;
        return hash;
    }
}
