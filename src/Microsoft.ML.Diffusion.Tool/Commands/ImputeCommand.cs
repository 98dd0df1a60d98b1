using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion impute</c>: fills in what is missing.</summary>
internal sealed class ImputeCommand
{
    private readonly CommonOptions _common = new();
    private readonly TrainingOptions _training = new();
    private readonly Option<ImputationMode?> _mode = TypedOption.Choice<ImputationMode>("--mode", "The best single guess (expectation, the default), or a draw from what is likely.");
    private readonly Option<int?> _draws = TypedOption.Number("--draws", "M", 1, 1000, "a whole number from 1 to 1000", "Multiple imputation: M completed files OUT-1.csv to OUT-M.csv, each another draw.");
    private readonly Option<string?> _model = new("--model") { HelpName = "M.zip", Description = "Fill in with a trained model instead of training on IN.csv." };
    private readonly TextWriter _error;
    private readonly CancellationToken _cancel;

    private ImputeCommand(TextWriter error, CancellationToken cancel)
    {
        _error = error;
        _cancel = cancel;
    }

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var impute = new ImputeCommand(error, cancel);
        Command command = impute._common.AddTo(new Command("impute", "Fill in missing values; every other byte stays."));
        command.Add(impute._common.Output);
        command.Add(impute._mode);
        command.Add(impute._draws);
        command.Add(impute._model);
        command.Add(impute._training.Method);
        command.Add(impute._training.Config);
        command.Add(impute._training.Engine);
        command.SetAction(impute.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        CommonOptions.RefuseBoth(parsed, _model, _training.Method, _training.Config, _training.Engine, _common.Categorical, _common.Numeric);
        bool asksForDraws = parsed.GetValue(_draws) is not null;
        if (asksForDraws && parsed.GetValue(_mode) == ImputationMode.Expectation)
            throw new UsageException("--draws asks for draws, and --mode expectation gives the one best guess; --mode draw was expected.");
        int draws = parsed.GetValue(_draws) ?? 1;
        if (draws > 1 && StandardStream.IsOutput(parsed.GetRequiredValue(_common.Output)))
            throw new UsageException("--draws writes several files, and standard output is one; the name of a file was expected.");
        string[] paths = OutputPaths(parsed.GetRequiredValue(_common.Output), draws);
        foreach (string path in paths)
            _common.RefuseSameFile(parsed, path);

        var clock = Stopwatch.StartNew();
        Display display = _common.OpenDisplay(parsed, _error);
        DiffusionImputeEstimator.Options options = _training.Read(parsed, parsed.GetValue(_common.Seed));
        ImputationModel? model = parsed.GetValue(_model) is { } modelPath ? ImputationModelFile.Read(modelPath) : null;
        CsvTable table = model is null
            ? _common.ReadTable(parsed, display, leaveOutIdentifiers: true)
            : CsvTable.ForModel(_common.ReadDocument(parsed, display), _common.MarksOf(parsed), model.Columns, parsed.GetRequiredValue(_model)!);
        OutputFile[] outputs = OutputFile.CreateAll(paths);
        try
        {
            int missing = table.UsedColumns.Sum(c => c.CountMissing());
            if (missing > 0)
                model ??= ImputationModel.Train(table, options, display, _cancel);
            model?.WarnOfUnknownCategories(table, display);
            ImputationMode mode = asksForDraws ? ImputationMode.Draw : parsed.GetValue(_mode) ?? model?.Transformer.Mode ?? options.Mode;
            int filled = 0;
            for (int draw = 0; draw < draws; draw++)
            {
                CellEdit[] edits = missing > 0 ? model!.Fill(table, mode, options.Seed!.Value, draw, display, _cancel) : [];
                filled = edits.Length;
                OutputFile output = outputs[draw];
                output.Write(stream => table.Document.WriteFile(output.Path, stream, packed => table.Document.Write(packed, edits)));
            }

            _cancel.ThrowIfCancellationRequested();
            foreach (OutputFile output in outputs)
                output.Commit();
            int left = missing - filled + table.Columns.Sum(c => c.EmptyCells);
            display.Say(string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", paths.Select(StandardStream.OutputName))}: {filled} cells filled in, {left} left missing, {StageProgress.Clock(clock.Elapsed)}."));
            return ExitCode.Done;
        }
        finally
        {
            foreach (OutputFile output in outputs)
                output.Dispose();
        }
    }

    /// <summary>Where the completed files go. Several draws go to <c>OUT-1.csv</c> and so on, numbered with as many digits
    /// as the last one has so that they sort in order: each is a whole table, as users of multiple imputation analyse them,
    /// and keeps the input's every observed byte.</summary>
    private static string[] OutputPaths(string path, int draws)
    {
        if (draws == 1)
            return [path];
        string extension = path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase) ? path[^".csv.gz".Length..] : Path.GetExtension(path);
        int digits = draws.ToString(CultureInfo.InvariantCulture).Length;
        return [.. Enumerable.Range(1, draws).Select(draw =>
            $"{path[..^extension.Length]}-{draw.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')}{extension}")];
    }
}
