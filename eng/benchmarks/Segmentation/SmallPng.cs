using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Reads PNG files of 8 bits that are grey or RGB and not interlaced, as those of the sets are; and writes grey ones.</summary>
internal static class SmallPng
{
    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads a picture.</summary>
    /// <returns>Its extents and its bytes, a pixel's channels side by side.</returns>
    public static (int Height, int Width, int Channels, byte[] Pixels) Read(Stream stream)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        ReadOnlySpan<byte> file = all.ToArray();
        int width = 0, height = 0, channels = 0;
        using var packed = new MemoryStream();
        for (int at = Signature.Length; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            ReadOnlySpan<byte> type = file.Slice(at + 4, 4), data = file.Slice(at + 8, length);
            if (type.SequenceEqual("IHDR"u8))
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
                channels = data[9] switch
                {
                    0 => 1,
                    2 => 3,
                    _ => throw new InvalidDataException($"The PNG is of colour type {data[9]}."),
                };
                if (data[8] != 8 || data[12] != 0)
                    throw new InvalidDataException("The PNG has not 8 bits, or is interlaced.");
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                packed.Write(data);
            }

            at += length + 12;
        }

        packed.Position = 0;
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        int line = width * channels;
        byte[] pixels = new byte[height * line], before = new byte[line], current = new byte[line];
        for (int y = 0; y < height; y++)
        {
            int filter = unpacked.ReadByte();
            unpacked.ReadExactly(current);
            for (int x = 0; x < line; x++)
            {
                int left = x < channels ? 0 : current[x - channels], above = before[x], corner = x < channels ? 0 : before[x - channels];
                current[x] += (byte)(filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => above,
                    3 => (left + above) / 2,
                    _ => Paeth(left, above, corner),
                });
            }

            current.CopyTo(pixels, y * line);
            (before, current) = (current, before);
        }

        return (height, width, channels, pixels);
    }

    private static int Paeth(int left, int above, int corner)
    {
        int guess = left + above - corner, toLeft = Math.Abs(guess - left), toAbove = Math.Abs(guess - above),
            toCorner = Math.Abs(guess - corner);
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
