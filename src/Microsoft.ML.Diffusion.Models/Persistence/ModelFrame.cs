using System.Text;

namespace Microsoft.ML.Diffusion.Models.Persistence;

/// <summary>The frame of a saved model: the bytes "MLDM", a version, the length of the content and its checksum, the content.</summary>
internal static class ModelFrame
{
    private const uint Magic = 0x4D444C4D; // "MLDM", read as a little-endian number
    private const int CurrentVersion = 2;

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
            ulong checksum = reader.ReadUInt64();
            byte[] bytes = reader.ReadBytes(length);
            if (bytes.Length < length)
                throw new EndOfStreamException();
            if (Checksum(bytes) != checksum)
                throw new InvalidDataException("The saved diffusion model is damaged: its checksum does not match.");
            return new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The saved diffusion model is cut short: the file ends before the model does.", e);
        }
    }

    /// <summary>FNV-1a, 64 bits.</summary>
    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in bytes)
            hash = (hash ^ b) * 1099511628211;
        return hash;
    }
}
