using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion train</c>: learns a model and keeps it for new rows.</summary>
internal static class TrainCommand
{
    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var common = new CommonOptions();
        var training = new TrainingOptions();
        var model = new Option<string>("--model") { Required = true, HelpName = "M.zip", Description = "Model file to write, for impute --model and for ml.Model.Load." };
        Command command = common.AddTo(new Command("train", "Train a model and save it."));
        command.Add(model);
        command.Add(training.Method);
        command.Add(training.Config);
        command.SetAction(parsed =>
        {
            var clock = Stopwatch.StartNew();
            string path = parsed.GetRequiredValue(model);
            common.RefuseSameFile(parsed, path);
            Display display = common.OpenDisplay(parsed, error);
            DiffusionImputeEstimator.Options options = training.Read(parsed, parsed.GetValue(common.Seed));
            CsvTable table = common.ReadTable(parsed, display, leaveOutIdentifiers: true);
            using OutputFile output = OutputFile.Create(path);
            ImputationModel trained = ImputationModel.Train(table, options, display, cancel);
            output.Write(stream => ImputationModelFile.Write(trained, stream));
            cancel.ThrowIfCancellationRequested();
            output.Commit();
            display.Say(string.Create(CultureInfo.InvariantCulture, $"{path}: trained on {table.Document.RowCount} rows of {trained.Columns.Count} columns, {StageProgress.Clock(clock.Elapsed)}."));
            return ExitCode.Done;
        });
        return command;
    }
}
