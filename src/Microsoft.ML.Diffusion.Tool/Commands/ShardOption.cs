using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Shards;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>--shard</c>, for commands whose rows can be made or filled by processes that know nothing of each other.</summary>
/// <param name="common">Says which file is read and where the output goes.</param>
/// <param name="description">What a part is.</param>
internal sealed class ShardOption(CommonOptions common, string description)
{
    private readonly Option<string?> _shard = Create(description, " mldiffusion gather puts the parts together.");

    /// <summary>The option.</summary>
    public Option Option => _shard;

    /// <summary>Makes the option.</summary>
    /// <param name="part">What a part is.</param>
    /// <param name="ending">What is said after it.</param>
    public static Option<string?> Create(string part, string ending = "") => new("--shard")
    {
        HelpName = "K/N",
        Description = part + "; auto takes K and N from an array job of Slurm, auto/N K from an indexed job of Kubernetes too."
            + ending,
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Add(_shard);

    /// <summary>The folder of the part.</summary>
    /// <param name="parsed">What the user says.</param>
    /// <param name="model">The model that all parts need; null where they need none.</param>
    /// <param name="training">How such a model is trained, for messages.</param>
    /// <param name="shard">Which part; the only one where there are no parts.</param>
    /// <returns>Null where the user asks for all rows.</returns>
    /// <exception cref="UsageException">The parts cannot be of one run.</exception>
    public PartFolder? FolderOf(ParseResult parsed, Option<string?>? model, string training, out Shard shard)
    {
        shard = new Shard(1, 1);
        if (parsed.GetValue(_shard) is not { } text)
            return null;
        shard = Shard.Parse(text, Environment.GetEnvironmentVariable);
        if (model is not null && parsed.GetValue(model) is null)
            throw new UsageException($"--shard needs --model, so that all parts come of one training: {training}");
        if (StandardStream.IsInput(parsed.GetRequiredValue(common.Input)))
            throw new UsageException("--shard reads the input twice, so a file was expected and not standard input.");
        string path = parsed.GetRequiredValue(common.Output);
        return StandardStream.IsOutput(path)
            ? throw new UsageException("--shard writes into a folder; -o with its name was expected, and not standard output.")
            : new PartFolder(path, shard, ".csv");
    }

    /// <summary>Whether the part is whole since an earlier run, which the user is told.</summary>
    /// <param name="folder">The folder of the part; null where the user asks for all rows.</param>
    /// <param name="run">The hash of what the part depends on; null as the folder is.</param>
    /// <param name="display">Where to say so.</param>
    /// <exception cref="InputException">It was written by another run.</exception>
    public static bool IsDone(PartFolder? folder, string? run, Display display)
    {
        if (folder?.IsDone(run!) != true)
            return false;
        display.Say($"{folder.DataFile} is whole already, and stays as it is.");
        return true;
    }

    /// <summary>What a part is of, but for its rows.</summary>
    /// <param name="parsed">What the user says.</param>
    /// <param name="file">The file.</param>
    /// <param name="total">How many rows all parts have.</param>
    /// <param name="model">The model; null where there is none.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="depends">All else that the rows depend on.</param>
    public PartRecord RecordOf(ParseResult parsed, CsvBlocks file, long total, string? model, int seed, params object?[] depends)
    {
        string modelHash = model is null ? string.Empty : PartFolder.HashOf(model);
        string? columns = parsed.GetValue(common.Columns);
        using var header = new MemoryStream();
        using (var writer = new CsvWriter("header.csv", file.Encoding, write => write(header)))
        {
            writer.Write(stream => file.Beginning.WriteHeader(stream));
            writer.Finish();
        }

        // The header says how the file is written: its separator, quotes and encoding.
        object?[] all =
        [
            parsed.CommandResult.Command.Name, modelHash, PartFolder.HashOf(parsed.GetRequiredValue(common.Input)), total, seed,
            parsed.GetValue(common.Missing), columns is null ? null : PartFolder.HashOf(columns), header.ToArray(),
            file.Beginning.Separator, file.Encoding?.WebName, .. depends,
        ];
        string run = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(all)));
        return new PartRecord(0, 0, 0, 0, total, (int)header.Length, string.Empty, string.Empty, run, modelHash, seed);
    }
}
