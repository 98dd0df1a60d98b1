using System.CommandLine;
using System.Globalization;
using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Amputation;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Series;
using Microsoft.ML.Diffusion.Tool.Shards;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion ampute</c>: hides cells on purpose, to see how well they can be filled in.</summary>
internal static class AmputeCommand
{
    private static readonly Dictionary<string, Hiding> s_mechanisms = new(StringComparer.Ordinal)
    {
        ["mcar"] = new(MissingnessMechanism.McarIndependent),
        ["mcar-row"] = new(MissingnessMechanism.McarRow),
        ["mcar-column"] = new(MissingnessMechanism.McarColumn),
        ["mar"] = new(MissingnessMechanism.Mar),
        ["mnar"] = new(MissingnessMechanism.Mnar),
        ["points"] = new(null),
        ["blocks"] = new(null, InBlocks: true),
    };

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var common = new CommonOptions();
        var series = new SeriesHidingOptions();
        Option<Hiding?> mechanism = TypedOption.Choice("--mechanism", s_mechanisms,
            "Why cells go missing; of time series cells one by one (points), or stretches of --length (blocks).");
        mechanism.Required = true;
        Option<double?> rate = TypedOption.Number("--rate", "0.2", 0.0, 1.0, "a share between 0 and 1", "Share of the cells to hide.");
        rate.Required = true;
        Command command = common.AddTo(new ToolCommand(
            "ampute", "Make values missing on purpose; every other byte stays.",
            ("mldiffusion ampute full.csv -o holes.csv --mechanism mcar --rate 0.2", "A fifth of the cells, each by chance."),
            ("mldiffusion ampute ward.csv -o holes.csv --mechanism blocks --rate 0.1 --group patient --order time --length 24",
                "Stretches of a day in time series.")));
        command.Add(common.Output);
        command.Add(mechanism);
        command.Add(rate);
        var shards = new ShardOption(common, "Hide cells of part K of N alone, into the folder -o");
        shards.AddTo(command);
        series.AddTo(command);
        command.SetAction(parsed =>
        {
            Hiding hiding = parsed.GetRequiredValue(mechanism)!.Value;
            series.Check(parsed, hiding.Mechanism is null, hiding.InBlocks);
            PartFolder? folder = shards.FolderOf(parsed, model: null, training: string.Empty, out Shard shard);
            if (folder is not null && hiding.Mechanism is null)
                throw new UsageException("--shard is for tables, whose rows are by themselves; points and blocks are for time series.");
            string path = folder?.DataFile ?? parsed.GetRequiredValue(common.Output);
            common.RefuseSameFile(parsed, path);
            Display display = common.OpenDisplay(parsed, error);
            using CsvBlocks file = common.OpenBlocks(parsed, display, cancel);
            SchemaOptions schema = common.SchemaOf(parsed, leaveOutIdentifiers: false);
            double share = parsed.GetRequiredValue(rate)!.Value;
            int seed = common.SeedOf(parsed);
            RowRange? part = folder is null ? null : RowRange.Of(file.RowCount, shard.Number - 1, shard.Count);
            PartRecord? record = folder is null ? null : shards.RecordOf(
                parsed, file, file.RowCount, model: null, seed, shard.Count, hiding.Mechanism, share, parsed.GetValue(common.Categorical),
                parsed.GetValue(common.Numeric), parsed.GetValue(common.MergeVariants));
            if (ShardOption.IsDone(folder, record?.Run, display))
                return ExitCode.Done;

            SeriesHider? hider = hiding.Mechanism is null ? series.Open(parsed, common, file, schema, display) : null;
            var table = hider is null ? BlockTable.Infer(file, schema, display.Warn) : null;
            using OutputFile output = OutputFile.Create(path);
            long hidden;
            using (var writer = CsvWriter.To(output, file))
            {
                hidden = hider is not null
                    ? hider.Hide(share, unchecked((ulong)seed), writer, cancel)
                    : Hide(file, table!, hiding.Mechanism!.Value, (share, seed, part), writer);
                writer.Finish();
            }

            output.Flush();
            cancel.ThrowIfCancellationRequested();
            output.Commit();
            folder?.Finish(record! with { FirstRow = part!.Value.First, RowCount = part.Value.Count });
            display.Say(string.Create(CultureInfo.InvariantCulture, $"{StandardStream.OutputName(path)}: {hidden} more cells are missing."));
            return ExitCode.Done;
        });
        return command;
    }

    private static long Hide(
        CsvBlocks file, BlockTable table, MissingnessMechanism mechanism, (double Rate, int Seed, RowRange? Part) how, CsvWriter writer)
    {
        int columns = table.UsedColumns.Count();
        bool looksAtOthers = mechanism is MissingnessMechanism.Mar or MissingnessMechanism.Mnar;
        if (columns == 1 && looksAtOthers)
        {
            throw new InputException(
                $"{file.Path} has one column with values; mar and mnar hide cells by what other columns say, and at least two were expected.");
        }

        var cells = BlockCells.Of(table, file.Read, looksAtOthers);
        BlockAmputer? amputer = columns == 0 ? null : new BlockAmputer(cells.TableColumns, mechanism, how.Rate, unchecked((ulong)how.Seed));
        for (int pass = 0; pass < amputer?.Passes; pass++)
        {
            foreach (CsvDocument block in file.Read())
                amputer.Look(cells.Read(block));
            amputer.EndPass();
        }

        if (how.Part is { } part)
            writer.Write(text => file.Beginning.WriteHeader(text, isExact: part.Total == 0));
        long hidden = 0;
        foreach ((CsvDocument block, long first) in PartRows.Read(file, how.Part))
        {
            CellEdit[] edits = amputer is null ? [] : Hide(block, first, cells, amputer);
            writer.Write(text => block.Write(text, edits));
            hidden += edits.Length;
        }

        return hidden;
    }

    private static CellEdit[] Hide(CsvDocument block, long first, BlockCells cells, BlockAmputer amputer)
    {
        Table before = cells.Read(block), after = before.Clone();
        amputer.Hide(after, first);
        return cells.Emptied(block, before, after);
    }

    /// <summary>How cells are hidden.</summary>
    /// <param name="Mechanism">Of tables; null for time series.</param>
    /// <param name="InBlocks">Whether stretches of a series are hidden.</param>
    private readonly record struct Hiding(MissingnessMechanism? Mechanism, bool InBlocks = false);
}
