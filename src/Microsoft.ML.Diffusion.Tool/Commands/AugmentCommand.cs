using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Synthesis;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion augment</c>: the rows of a file, and new ones behind them.</summary>
internal static class AugmentCommand
{
    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var common = new CommonOptions();
        var generation = new GenerationOptions();
        generation.Rows.Required = true;
        generation.Label.Required = true;
        var balance = new Option<bool>("--balance")
        {
            Description = "Choose the labels of the new rows so that the classes come as near to equal counts as N allows.",
        };
        Command command = common.AddTo(new ToolCommand(
            "augment", "Add new rows to those of a file, which stay as they are.",
            ("mldiffusion augment patients.csv -o more.csv --rows 2000 --label outcome", "Two thousand more rows to train on."),
            ("mldiffusion augment patients.csv -o more.csv --rows 2000 --label outcome --balance",
                "The same, of rare outcomes more than of frequent ones.")));
        command.Add(common.Output);
        command.Add(generation.Rows);
        command.Add(generation.Label);
        command.Add(balance);
        command.Add(generation.Complete);
        command.Add(generation.Method);
        command.Add(generation.Config);
        command.Add(generation.MaxTime);
        command.Add(generation.Engine);
        command.Add(generation.Rules);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(common.Output);
            common.RefuseSameFile(parsed, path);
            var clock = Stopwatch.StartNew();
            Display display = common.OpenDisplay(parsed, error);
            var options = generation.Read<DiffusionAugmentEstimator.Options>(parsed, parsed.GetValue(common.Seed));
            options.Balance |= parsed.GetValue(balance);
            if (parsed.GetValue(generation.Complete) && options.Method is MaskedOptions masked)
                masked.KeepMissing = false;
            string label = parsed.GetRequiredValue(generation.Label)!;
            using CsvBlocks file = common.OpenBlocks(parsed, display, cancel);
            BlockTable table = GenerationOptions.ReadTable(common, parsed, file, label, display);
            using OutputFile output = OutputFile.Create(path);
            long? count = parsed.GetRequiredValue(generation.Rows);
            IDataView? rows = SynthesisModel.Train(
                table, options, display, ml => ml.Transforms.DiffusionAugment(count, label, options).Fit(table.ToView()).AddedRows, cancel);
            using (var writer = CsvWriter.To(output, file))
            {
                file.WriteAll(writer);
                if (rows is not null)
                    writer.Write(text => new RowWriter(table, table.Formats, options.Seed!.Value).Write(text, rows, display, cancel));
                writer.Finish();
            }

            output.Flush();
            cancel.ThrowIfCancellationRequested();
            output.Commit();
            display.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{StandardStream.OutputName(path)}: {table.RowCount} rows and {rows?.GetRowCount() ?? 0} new ones, " +
                $"{StageProgress.Clock(clock.Elapsed)}."));
            return ExitCode.Done;
        });
        return command;
    }
}
