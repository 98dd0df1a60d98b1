using System.Text;

namespace Microsoft.ML.Diffusion.Models.Persistence;

/// <summary>The frame of a saved model: the bytes "MLDM", a version, the length of the content and its checksum, the content.</summary>
internal static class ModelFrame
{
    private const uint Magic = 0x4D444C4D; // "MLDM", read as a little-endian number
    private const int CurrentVersion = 11;
    private const ulong EmptyChecksum = 14695981039346656037;
    private const int Piece = 1 << 16;

    public static void Write(BinaryWriter writer, Action<BinaryWriter> writeContent)
    {
        using var content = new MemoryStream();
        using (var contentWriter = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
            writeContent(contentWriter);
        ReadOnlySpan<byte> bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        writer.Write(Magic);
        writer.Write(CurrentVersion);
        writer.Write(bytes.Length);
        writer.Write(Checksum(bytes));
        writer.Write(bytes);
    }

    /// <summary>Reads a model whole.</summary>
    /// <param name="reader">Where the frame begins.</param>
    /// <param name="load">Reads the content, to its last byte.</param>
    /// <exception cref="InvalidDataException">The data are something else, of another version, cut short or damaged.</exception>
    public static T Load<T>(BinaryReader reader, Func<BinaryReader, T> load) => CheckedReading.Guard(() =>
    {
        using BinaryReader content = Read(reader);
        T model = load(content);
        CheckedReading.Require(content.BaseStream.Position == content.BaseStream.Length, "there are bytes behind its end");
        return model;
    });

    /// <summary>Opens the content.</summary>
    /// <exception cref="InvalidDataException">The data are something else, of another version, cut short or damaged.</exception>
    public static BinaryReader Read(BinaryReader reader)
    {
        try
        {
            if (reader.ReadUInt32() != Magic)
                throw new InvalidDataException("This is not a saved diffusion model: the first four bytes should be 'MLDM'.");
            int version = reader.ReadInt32();
            if (version != CurrentVersion)
            {
                string remedy = version > CurrentVersion ? "use a newer library" : "train it again";
                throw new InvalidDataException(
                    $"The diffusion model was saved in version {version} of its format, and this library reads version " +
                    $"{CurrentVersion}: {remedy}.");
            }

            int length = reader.ReadInt32();
            CheckedReading.Require(length >= 0, "its length is negative");
            ulong checksum = reader.ReadUInt64();
            Stream content = Content(reader, length, out ulong found);
            if (found != checksum)
                throw new InvalidDataException("The saved diffusion model is damaged: its checksum does not match.");
            return new BinaryReader(content, Encoding.UTF8);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The saved diffusion model is cut short: the file ends before the model does.", e);
        }
    }

    /// <summary>The content where it lies, or, where a stream cannot go back, a copy of as many bytes as there are.</summary>
    private static Stream Content(BinaryReader reader, int length, out ulong checksum)
    {
        Stream stream = reader.BaseStream;
        byte[] piece = new byte[Math.Min(length, Piece)];
        checksum = EmptyChecksum;
        MemoryStream? copy = stream.CanSeek ? null : new MemoryStream();
        Stream content = copy ?? (Stream)new ContentStream(stream, length);
        for (int left = length; left > 0;)
        {
            int read = Math.Min(left, piece.Length);
            if (copy is null)
                stream.ReadExactly(piece, 0, read);
            else if ((read = reader.Read(piece, 0, read)) == 0)
                throw new EndOfStreamException();
            checksum = Checksum(piece.AsSpan(0, read), checksum);
            copy?.Write(piece, 0, read);
            left -= read;
        }
        content.Position = 0;
        return content;
    }

    /// <summary>FNV-1a, 64 bits.</summary>
    private static ulong Checksum(ReadOnlySpan<byte> bytes, ulong hash = EmptyChecksum)
    {
        foreach (byte b in bytes)
            hash = (hash ^ b) * 1099511628211;
        return hash;
    }
}
