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

    /// <summary>The records of all parts in their order, none missing, none of another run.</summary>
    /// <param name="folder">The folder of the parts.</param>
    /// <exception cref="InputException">There are none, one is missing, or they are of different runs.</exception>
    public static PartRecord[] Parts(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InputException($"{folder} is no folder; the folder of the parts that --shard wrote was expected.");
        PartRecord[] parts = [.. Directory.EnumerateFiles(folder, "*" + PartRecord.Extension).Order(StringComparer.Ordinal)
            .Select(PartRecord.Read).OrderBy(part => part.Part)];
        if (parts.Length == 0)
            throw new InputException($"{folder} has no part that is whole; parts that --shard wrote were expected.");
        PartRecord first = parts[0];
        if (parts.FirstOrDefault(part => part.Run != first.Run || part.Parts != first.Parts) is { } other)
        {
            throw new InputException(
                $"{folder}: {first.File} and {other.File} are of different runs (model, input, rows, seed, options or number of parts " +
                "differ); gather each run in a folder of its own.");
        }

        int[] missing = [.. Enumerable.Range(1, first.Parts).Except(parts.Select(part => part.Part))];
        if (missing.Length > 0)
        {
            string names = string.Join(", ", missing.Take(10)) + (missing.Length > 10 ? ", ..." : "");
            throw new InputException($"{folder} lacks {missing.Length} of {first.Parts} parts: {names}. Run them, and gather again.");
        }

        return parts;
    }

    /// <summary>Says that a part is not what its record says.</summary>
    /// <param name="path">The part's file.</param>
    public static InputException Changed(string path) =>
        new($"{path} is not as it was written: its hash differs. Remove it, and run that part again.");

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
