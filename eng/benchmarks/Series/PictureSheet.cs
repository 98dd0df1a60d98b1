using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Microsoft.ML.Diffusion.Series.Data;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Series of pictures as one PNG picture: for each series what it is, what is left of it, and what was filled in, step beside
/// step. Missing pixels are orange.</summary>
internal sealed class PictureSheet
{
    // Screen pixels of a pixel, between pictures, and between series.
    private const int Zoom = 3, Gap = 4, Space = 14;

    private static readonly (byte, byte, byte) s_missing = (244, 190, 120), s_between = (255, 255, 255);

    private readonly int _width;
    private readonly int _height;
    private readonly byte[] _colours;

    /// <param name="side">Pixels of a line of a picture.</param>
    /// <param name="variables">Pixels of a picture.</param>
    /// <param name="series">For each series its rows: the cells of its steps; NaN is missing.</param>
    public PictureSheet(int side, int variables, IReadOnlyList<double[][]> series)
    {
        int lines = variables / side, steps = series.Max(rows => rows.Max(cells => cells.Length / variables));
        _width = steps * (side * Zoom + Gap) - Gap;
        _height = series.Sum(rows => rows.Length * (lines * Zoom + Gap) + Space) - Space;
        _colours = new byte[3 * _width * _height];
        Rectangle(0, 0, _width, _height, s_between);
        int top = 0;
        foreach (double[][] rows in series)
        {
            foreach (double[] cells in rows)
            {
                for (int i = 0; i < cells.Length; i++)
                {
                    int step = i / variables, line = i % variables / side, column = i % side;
                    byte grey = (byte)(255 * Math.Clamp(cells[i], 0, 1));
                    (byte, byte, byte) colour = double.IsNaN(cells[i]) ? s_missing : (grey, grey, grey);
                    Rectangle(step * (side * Zoom + Gap) + column * Zoom, top + line * Zoom, Zoom, Zoom, colour);
                }
                top += lines * Zoom + Gap;
            }
            top += Space;
        }
    }

    /// <summary>Series of two files beside those of a third, which the second one fills.</summary>
    /// <param name="truth">The file without holes.</param>
    /// <param name="holes">The file with holes.</param>
    /// <param name="filled">The filled file.</param>
    /// <param name="ids">Which series.</param>
    /// <param name="side">Pixels of a line.</param>
    public static PictureSheet Of(WideTable truth, WideTable holes, WideTable filled, string[] ids, int side)
    {
        WideTable[] files = [truth, holes, filled];
        return new PictureSheet(
            side, holes.Table.Variables,
            [.. ids.Select(id => files.Select(file => Cells(file, id)).ToArray())]);

        static double[] Cells(WideTable file, string id) => file.Table.Items[file.Ids.Index().First(own => own.Item == id).Index].Cells;
    }

    /// <summary>Writes the picture.</summary>
    public void Write(string path)
    {
        using FileStream file = File.Create(path);
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, _width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), _height);
        // Eight bits each of red, green and blue.
        (head[8], head[9]) = (8, 2);
        Chunk(file, "IHDR", head);
        using MemoryStream packed = new();
        using (ZLibStream stream = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int line = 0; line < _height; line++)
            {
                stream.WriteByte(0);
                stream.Write(_colours, 3 * line * _width, 3 * _width);
            }
        }
        Chunk(file, "IDAT", packed.ToArray());
        Chunk(file, "IEND", []);
    }

    private static void Chunk(Stream file, string name, byte[] content)
    {
        byte[] all = [.. Encoding.ASCII.GetBytes(name), .. content], number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(all);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(all));
        file.Write(number);
    }

    // The check of PNG: the remainder by a polynomial (ISO 3309), bit for bit, as the picture is small.
    private static uint Checksum(byte[] bytes)
    {
        uint rest = uint.MaxValue;
        foreach (byte own in bytes)
        {
            rest ^= own;
            for (int bit = 0; bit < 8; bit++)
                rest = (rest & 1) == 0 ? rest >> 1 : (rest >> 1) ^ 0xEDB88320;
        }
        return ~rest;
    }

    private void Rectangle(int left, int top, int width, int height, (byte Red, byte Green, byte Blue) colour)
    {
        for (int y = top; y < top + height; y++)
        {
            for (int x = left; x < left + width; x++)
            {
                Span<byte> pixel = _colours.AsSpan(3 * (y * _width + x), 3);
                (pixel[0], pixel[1], pixel[2]) = colour;
            }
        }
    }
}
