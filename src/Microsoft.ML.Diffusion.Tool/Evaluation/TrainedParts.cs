using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.Diffusion.Tool.Shards;

namespace Microsoft.ML.Diffusion.Tool.Evaluation;

/// <summary>What models say of the test rows, written by the processes that trained them and read by the one that judges them.</summary>
internal static class TrainedParts
{
    /// <summary>The end of the names of these files.</summary>
    public const string Extension = ".answers";

    // "MLDA" in a file's first four bytes.
    private const int Magic = 0x4144_4C4D;

    /// <summary>A hash of all that the answers depend on.</summary>
    /// <param name="inputs">The files.</param>
    /// <param name="depends">What else the user said.</param>
    public static string RunOf(IEnumerable<string> inputs, params object?[] depends) => Convert.ToHexStringLower(
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes((object?[])["evaluate", .. inputs.Select(PartFolder.HashOf), .. depends])));

    /// <summary>Writes a part and its record.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="run">What it depends on.</param>
    /// <param name="answers">The answers by the number of the training.</param>
    /// <param name="seed">The seed.</param>
    public static void Write(PartFolder folder, string run, IReadOnlyDictionary<int, float[]> answers, int seed)
    {
        using OutputFile output = OutputFile.Create(folder.DataFile);
        output.Write(stream =>
        {
            using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            writer.Write(Magic);
            writer.Write(answers.Count);
            foreach ((int training, float[] own) in answers.OrderBy(answer => answer.Key))
            {
                writer.Write(training);
                writer.Write(own.Length);
                foreach (float number in own)
                    writer.Write(number);
            }
        });
        output.Commit();
        folder.Finish(new PartRecord(0, 0, 0, answers.Count, answers.Count, 0, string.Empty, string.Empty, run, string.Empty, seed));
    }

    /// <summary>Reads all parts of a run.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="run">What they depend on.</param>
    /// <exception cref="InputException">One is missing, damaged or of another run.</exception>
    public static IReadOnlyDictionary<int, float[]> Read(string folder, string run)
    {
        PartRecord[] parts = PartFolder.Parts(folder);
        if (parts[0].Run != run)
        {
            throw new InputException(
                $"{folder} holds the parts of another evaluation (files, label, seed or options differ); the folder that the same command "
                + "wrote with --shard was expected.");
        }

        var answers = new Dictionary<int, float[]>();
        foreach (PartRecord part in parts)
        {
            string path = Path.Combine(folder, part.File);
            if (!path.EndsWith(Extension, StringComparison.Ordinal) || PartFolder.HashOf(path) != part.Sha256)
                throw PartFolder.Changed(path);
            using var reader = new BinaryReader(InputFile.Open(path));
            if (reader.ReadInt32() != Magic)
                throw new InputException($"{path} is no part of an evaluation.");
            for (int count = reader.ReadInt32(); count > 0; count--)
            {
                int training = reader.ReadInt32();
                float[] own = new float[reader.ReadInt32()];
                for (int i = 0; i < own.Length; i++)
                    own[i] = reader.ReadSingle();
                answers[training] = own;
            }
        }

        return answers;
    }
}
