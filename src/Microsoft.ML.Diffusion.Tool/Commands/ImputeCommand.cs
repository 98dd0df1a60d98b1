using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
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
    private readonly Option<ImputationMode?> _mode = TypedOption.Choice<ImputationMode>("--mode",
        "The best single guess (expectation, the default), or a draw from what is likely.");
    private readonly Option<int?> _draws = TypedOption.Number("--draws", "M", 1, 1000, "a whole number from 1 to 1000",
        "Multiple imputation: M completed files OUT-1.csv to OUT-M.csv, each another draw.");
    private readonly Option<string?> _model = new("--model")
    {
        HelpName = "M.zip",
        Description = "Fill in with a trained model instead of training on IN.csv.",
    };
    private readonly TextWriter _error;
    private readonly Option<bool> _rewriteVariants = new("--rewrite-variants")
    {
        Description = "As --merge-variants, and write the spelling that stands for a category into the cells that have another.",
    };
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
        command.Add(impute._rewriteVariants);
        command.Add(impute._training.Method);
        command.Add(impute._training.Config);
        command.Add(impute._training.Rules);
        command.Add(impute._training.MaxTime);
        command.Add(impute._training.Engine);
        command.SetAction(impute.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        CommonOptions.RefuseBoth(parsed, _model, _training.Method, _training.Config, _training.Rules, _training.MaxTime, _training.Engine,
            _common.Categorical, _common.Numeric,
            _common.MergeVariants, _rewriteVariants);
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
        ImputationMode? mode = asksForDraws ? ImputationMode.Draw : parsed.GetValue(_mode);
        ImputationModel? model = parsed.GetValue(_model) is { } modelPath ? ImputationModelFile.Read(modelPath) : null;
        using CsvBlocks file = _common.OpenBlocks(parsed, display, _cancel);
        OutputFile[] outputs = [];
        try
        {
            (long Filled, long Left) cells = (0, 0);
            if (model is not null)
            {
                if (mode == ImputationMode.Draw && !model.Transformer.Model.CanDraw)
                {
                    throw new InputException($"The model {parsed.GetValue(_model)} was trained for best guesses alone, and cannot draw; " +
                        "train it with \"draws\": true in --config.");
                }

                ModelColumns columns = Find(file, parsed, model);
                outputs = OutputFile.CreateAll(paths);
                cells = Fill(file, columns, model, mode ?? model.Transformer.Mode, options.Seed!.Value, rewriter: null, outputs, display);
            }
            else
            {
                SchemaOptions schema = _common.SchemaOf(parsed, leaveOutIdentifiers: true);
                bool rewrites = parsed.GetValue(_rewriteVariants);
                var table = BlockTable.Infer(file, schema with { MergeVariants = schema.MergeVariants || rewrites }, display.Warn);
                VariantRewriter? rewriter = rewrites ? new VariantRewriter(table) : null;
                outputs = OutputFile.CreateAll(paths);
                if (table.UsedColumns.Any(column => column.Missing > 0))
                {
                    // Nobody will ask this model for draws.
                    if (options.Method is ConditionalOptions conditional && (mode ?? options.Mode) == ImputationMode.Expectation)
                        conditional.Draws ??= false;
                    if (mode == ImputationMode.Draw)
                        options.Mode = ImputationMode.Draw;
                    // Nor will it be kept: it fills these rows alone, all of which it then sees in training.
                    options.Method.OnlyGuesses = (mode ?? options.Mode) == ImputationMode.Expectation;
                    options.Method.OnlyMissingColumns = table.RowCount <= (options.MaxTrainingRows ?? int.MaxValue);
                    model = ImputationModel.Train(table, options, display, _cancel);
                    cells = Fill(file, Find(file, parsed, model), model, mode ?? options.Mode, options.Seed!.Value, rewriter, outputs,
                        display);
                }
                else
                {
                    WriteAll(file, outputs, writers => Copy(file, rewriter, writers));
                    cells = (0, table.Columns.Sum(column => column.Missing));
                }
            }

            _cancel.ThrowIfCancellationRequested();
            foreach (OutputFile output in outputs)
                output.Commit();
            display.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{string.Join(", ", paths.Select(StandardStream.OutputName))}: {cells.Filled} cells filled in, {cells.Left} left missing, " +
                $"{StageProgress.Clock(clock.Elapsed)}."));
            return ExitCode.Done;
        }
        finally
        {
            foreach (OutputFile output in outputs)
                output.Dispose();
        }
    }

    private ModelColumns Find(CsvBlocks file, ParseResult parsed, ImputationModel model)
    {
        string? path = parsed.GetValue(_model);
        return ModelColumns.Find(
            file, _common.MarksOf(parsed), model.Transformer.Model.Columns, model.Formats, $"the model {path}", isOwn: path is null);
    }

    private (long Filled, long Left) Fill(
        CsvBlocks file, ModelColumns columns, ImputationModel model, ImputationMode mode, int seed, VariantRewriter? rewriter,
            OutputFile[] outputs,
        Display display)
    {
        columns.Warn(display);
        long filled = 0;
        WriteAll(file, outputs, writers => filled = model.Fill(file, columns, mode, seed, writers, display, _cancel, rewriter));
        return (filled, columns.Missing - filled + columns.EmptyOthers);
    }

    private static void WriteAll(CsvBlocks file, OutputFile[] outputs, Action<CsvWriter[]> write)
    {
        CsvWriter[] writers = [.. outputs.Select(output => CsvWriter.To(output, file.Encoding))];
        try
        {
            write(writers);
            foreach (CsvWriter writer in writers)
                writer.Finish();
        }
        finally
        {
            foreach (CsvWriter writer in writers)
                writer.Dispose();
        }

        foreach (OutputFile output in outputs)
            output.Flush();
    }

    private static void Copy(CsvBlocks file, VariantRewriter? rewriter, CsvWriter[] writers)
    {
        foreach (CsvDocument block in file.Read())
        {
            foreach (CsvWriter writer in writers)
                writer.Write(output => block.Write(output, rewriter?.Edits(block) ?? []));
        }
    }

    /// <summary>Where the completed files go. Several draws go to <c>OUT-1.csv</c> and so on, numbered with as many digits
    /// as the last one has so that they sort in order: each is a whole table, as users of multiple imputation analyse them,
    /// and keeps the input's every observed byte.</summary>
    internal static string[] OutputPaths(string path, int draws)
    {
        if (draws == 1)
            return [path];
        string extension = path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase) ? path[^".csv.gz".Length..]
            : Path.GetExtension(path);
        int digits = draws.ToString(CultureInfo.InvariantCulture).Length;
        return [.. Enumerable.Range(1, draws).Select(draw =>
            $"{path[..^extension.Length]}-{draw.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')}{extension}")];
    }
}
