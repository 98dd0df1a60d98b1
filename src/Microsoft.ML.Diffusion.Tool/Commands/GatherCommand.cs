using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Evaluation;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Shards;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion gather</c>: puts the parts that <c>--shard</c> wrote together.</summary>
internal sealed class GatherCommand
{
    private const int CopyBytes = 1 << 20;

    private readonly Argument<string> _folder = new("DIR") { Description = "Folder of the parts that --shard wrote." };
    private readonly Option<string> _output = new CommonOptions().Output;
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Show no notes." };
    private readonly TextWriter _error;
    private readonly CancellationToken _cancel;

    private GatherCommand(TextWriter error, CancellationToken cancel) => (_error, _cancel) = (error, cancel);

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var gather = new GatherCommand(error, cancel);
        var command = new ToolCommand(
            "gather", "Put the parts that --shard wrote together: the same bytes as one run writes.",
            ("mldiffusion gather parts -o made.csv", "Checks that no part is missing, and writes one table."),
            ("mldiffusion gather parts -o made.csv.gz", "The same, packed."))
        {
            gather._folder, gather._output, gather._quiet,
        };
        command.SetAction(gather.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string folder = parsed.GetRequiredValue(_folder), path = parsed.GetRequiredValue(_output);
        PartRecord[] parts = Parts(folder);
        using OutputFile output = OutputFile.Create(path);
        using (var writer = CsvWriter.To(output, source: null))
        {
            foreach (PartRecord part in parts)
                writer.Write(stream => Copy(Path.Combine(folder, part.File), part, stream));
            writer.Finish();
        }

        output.Flush();
        _cancel.ThrowIfCancellationRequested();
        output.Commit();
        Display.Open(_error, parsed.GetValue(_quiet)).Say(string.Create(
            CultureInfo.InvariantCulture, $"{StandardStream.OutputName(path)}: {parts[0].TotalRows} rows of {parts.Length} parts."));
        return ExitCode.Done;
    }

    /// <summary>The records of all parts in their order, whose rows follow each other.</summary>
    private static PartRecord[] Parts(string folder)
    {
        PartRecord[] parts = PartFolder.Parts(folder);
        PartRecord first = parts[0];
        if (first.File.EndsWith(TrainedParts.Extension, StringComparison.Ordinal))
        {
            throw new InputException(
                $"{folder} holds parts of an evaluation, which are no rows; mldiffusion evaluate with --parts {folder}, and without "
                + "--shard, puts them together.");
        }

        long row = 0;
        foreach (PartRecord part in parts)
        {
            if (part.FirstRow != row)
                throw new InputException($"{folder}: {part.File} begins with row {part.FirstRow} where row {row} was expected.");
            row += part.RowCount;
        }

        return row == first.TotalRows && parts.Length == first.Parts
            ? parts
            : throw new InputException(
                $"{folder} has {row} rows in {parts.Length} parts where {first.TotalRows} in {first.Parts} were expected.");
    }

    private void Copy(string path, PartRecord part, Stream output)
    {
        using Stream file = InputFile.Open(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[CopyBytes];
        long skip = part.Part == 1 ? 0 : part.HeaderBytes;
        for (int read = file.Read(buffer); read > 0; read = file.Read(buffer))
        {
            _cancel.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            int skipped = (int)Math.Min(skip, read);
            skip -= skipped;
            output.Write(buffer, skipped, read - skipped);
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != part.Sha256)
            throw PartFolder.Changed(path);
    }
}
