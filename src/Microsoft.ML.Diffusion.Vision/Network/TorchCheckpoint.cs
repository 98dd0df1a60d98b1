using System.IO.Compression;

namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>Reads the weights of a file that PyTorch's save wrote: a zip with a pickle that names tensors, and a file of numbers for
/// each.</summary>
/// <remarks>A pickle is a program, and may call whatever it likes where Python loads it. Here it is read by <see cref="WeightPickle"/>,
/// which knows the few instructions and names that a dictionary of tensors needs, and refuses every other.</remarks>
internal static class TorchCheckpoint
{
    private const int LongestPickle = 64 << 20;
    private const string Pickle = "/data.pkl";

    /// <summary>Reads every tensor.</summary>
    /// <param name="file">The file; it must be able to seek.</param>
    /// <exception cref="InvalidDataException">The file is something else, damaged, or asks for more than tensors.</exception>
    public static IReadOnlyDictionary<string, NamedTensor> Read(Stream file)
    {
        try
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            return Read(zip);
        }
        catch (Exception e) when (e is EndOfStreamException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException("The checkpoint is cut short or damaged.", e);
        }
    }

    private static IReadOnlyDictionary<string, NamedTensor> Read(ZipArchive zip)
    {
        ZipArchiveEntry pickle = zip.Entries.FirstOrDefault(entry => entry.FullName.EndsWith(Pickle, StringComparison.Ordinal))
            ?? throw new InvalidDataException("The zip holds no weights of PyTorch: there is no data.pkl in it.");
        string folder = pickle.FullName[..^Pickle.Length];
        CheckByteOrder(zip, folder);
        if (pickle.Length > LongestPickle)
            throw new InvalidDataException("The checkpoint is damaged: its data.pkl is longer than any list of weights.");
        var storages = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        return new WeightPickle(Content(pickle), (key, bytes) => Storage(zip, $"{folder}/data/{key}", bytes, storages)).Read();
    }

    private static void CheckByteOrder(ZipArchive zip, string folder)
    {
        if (zip.GetEntry($"{folder}/byteorder") is { Length: <= 16 } entry && !Content(entry).AsSpan().SequenceEqual("little"u8))
            throw new InvalidDataException("The checkpoint has its numbers in an order of bytes that is not read here.");
    }

    private static byte[] Storage(ZipArchive zip, string path, long bytes, Dictionary<string, byte[]> storages)
    {
        if (storages.TryGetValue(path, out byte[]? known) && known.Length == bytes)
            return known;
        ZipArchiveEntry? entry = zip.GetEntry(path);
        // PyTorch never compresses numbers: so no small file makes much memory.
        if (entry is null || entry.Length != bytes || entry.CompressedLength < entry.Length)
            throw new InvalidDataException("The checkpoint is damaged: the numbers of a tensor are missing or of another length.");
        return storages[path] = Content(entry);
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        byte[] content = new byte[entry.Length];
        stream.ReadExactly(content);
        return content;
    }
}
