using System.IO.Compression;

namespace Microsoft.ML.Diffusion.Tool.Imputation;

/// <summary>Looks at the zip of a model before ML.NET does, which takes as much memory for a part as the zip claims that it
/// holds.</summary>
internal static class ModelArchive
{
    // Weights hardly shrink in a zip, categories and trees to a tenth. Deflate goes to a thousandth at most.
    private const int MostExpansion = 200, MostParts = 1000, Piece = 1 << 16;
    private const long AlwaysAllowed = 1 << 20;

    /// <summary>Refuses a zip that claims to hold far more than it does, and one that does hold as much.</summary>
    /// <param name="zip">The zip.</param>
    /// <param name="length">The bytes of the file.</param>
    /// <exception cref="InvalidDataException">It is no model.</exception>
    public static void Check(ZipArchive zip, long length)
    {
        if (zip.Entries.Count > MostParts)
            throw new InvalidDataException($"The model file is damaged: it has {zip.Entries.Count} parts.");
        long allowed = Math.Max(AlwaysAllowed, length * MostExpansion), claimed = 0;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            claimed += entry.Length;
            if (entry.Length < 0 || claimed > allowed)
                throw new InvalidDataException($"The model file is damaged: its {length} bytes claim to hold {claimed} and more.");
        }

        // What is claimed must be there, since ML.NET takes the memory before it reads.
        byte[] piece = new byte[Piece];
        foreach (ZipArchiveEntry entry in zip.Entries.Where(entry => entry.Length > AlwaysAllowed))
        {
            using Stream stream = entry.Open();
            long left = entry.Length;
            for (int read = 1; left > 0 && read > 0; left -= read)
                read = stream.Read(piece);
            if (left != 0)
                throw new InvalidDataException("The model file is damaged: a part of it is cut short.");
        }
    }
}
