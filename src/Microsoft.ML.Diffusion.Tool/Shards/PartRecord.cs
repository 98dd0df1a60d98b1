using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Diffusion.Tool.Shards;

/// <summary>What is written beside a part, once the part is whole: which rows it holds, and of which run.</summary>
/// <param name="Part">1 for the first part.</param>
/// <param name="Parts">How many parts there are.</param>
/// <param name="FirstRow">The number of its first row among all, from 0.</param>
/// <param name="RowCount">How many rows it has.</param>
/// <param name="TotalRows">How many rows all parts have.</param>
/// <param name="HeaderBytes">How many bytes come before the first row.</param>
/// <param name="File">The name of the part's file.</param>
/// <param name="Sha256">The hash of that file, hexadecimal.</param>
/// <param name="Run">A hash of all that the rows depend on: equal for all parts of a run.</param>
/// <param name="Model">The hash of the model file.</param>
/// <param name="Seed">The seed.</param>
internal sealed record PartRecord(
    [property: JsonRequired] int Part, [property: JsonRequired] int Parts, [property: JsonRequired] long FirstRow,
    [property: JsonRequired] long RowCount, [property: JsonRequired] long TotalRows, [property: JsonRequired] int HeaderBytes,
    [property: JsonRequired] string File, [property: JsonRequired] string Sha256, [property: JsonRequired] string Run,
    [property: JsonRequired] string Model, [property: JsonRequired] int Seed)
{
    /// <summary>The end of the names of these records.</summary>
    public const string Extension = ".part.json";

    private static readonly JsonSerializerOptions s_format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    };

    /// <summary>Writes the record.</summary>
    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, s_format), (byte)'\n'];

    /// <summary>Reads a record.</summary>
    /// <exception cref="InputException">It cannot be read, or is something else.</exception>
    public static PartRecord Read(string path)
    {
        try
        {
            PartRecord? record = JsonSerializer.Deserialize<PartRecord>(InputFile.ReadBytes(path), s_format);
            if (record is { Parts: > 0, RowCount: >= 0, FirstRow: >= 0, HeaderBytes: >= 0, File.Length: > 0 }
                && record.File == Path.GetFileName(record.File))
            {
                return record;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new InputException($"{path} is no record of a part, such as --shard writes; remove it, and run that part again.");
    }
}
