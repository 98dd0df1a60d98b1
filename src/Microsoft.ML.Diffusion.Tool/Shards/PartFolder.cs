using System.Globalization;
using System.Security.Cryptography;

namespace Microsoft.ML.Diffusion.Tool.Shards;

/// <summary>The folder in which the parts of a run come together: <c>part-00003-of-00010.csv</c> and, once that is whole, its
/// record.</summary>
internal sealed class PartFolder
{
    private readonly string _folder;
    private readonly Shard _shard;
    private readonly string _name;

    /// <param name="folder">Where the parts are; it is made where it is not there.</param>
    /// <param name="shard">Which part.</param>
    /// <param name="extension">The end of the file's name, with its dot.</param>
    /// <exception cref="InputException">The folder cannot be made.</exception>
    public PartFolder(string folder, Shard shard, string extension)
    {
        (_folder, _shard) = (folder, shard);
        _name = string.Create(CultureInfo.InvariantCulture, $"part-{shard.Number:D5}-of-{shard.Count:D5}{extension}");
        if (File.Exists(folder))
            throw new InputException($"{folder} is a file; a folder for the parts was expected.");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Unwritable(folder, e);
        }
    }

    /// <summary>The part's file.</summary>
    public string DataFile => Path.Combine(_folder, _name);

    private string Record => DataFile + PartRecord.Extension;

    /// <summary>The hash of a file, hexadecimal.</summary>
    public static string HashOf(string path)
    {
        using Stream file = InputFile.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Whether the part was written before, whole, by the same run.</summary>
    /// <param name="run">The hash of what the rows depend on.</param>
    /// <exception cref="InputException">It was written by another run.</exception>
    public bool IsDone(string run)
    {
        if (!File.Exists(Record))
            return false;
        PartRecord record = PartRecord.Read(Record);
        if (record.Run != run)
        {
            throw new InputException(
                $"{DataFile} is a part of another run (model, input, rows, seed or options differ); give a new folder, or remove its " +
                "files.");
        }

        return File.Exists(DataFile) && HashOf(DataFile) == record.Sha256;
    }

    /// <summary>Says that the part is whole.</summary>
    /// <param name="record">What to write; its file and hash are filled in.</param>
    public void Finish(PartRecord record)
    {
        using OutputFile output = OutputFile.Create(Record);
        record = record with { Part = _shard.Number, Parts = _shard.Count, File = _name, Sha256 = HashOf(DataFile) };
        output.Write(stream => stream.Write(record.ToBytes()));
        output.Commit();
    }
}
