using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Views;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Series;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion impute-series</c>: fills in what is missing in time series.</summary>
internal sealed class ImputeSeriesCommand
{
    private readonly CommonOptions _common = new();
    private readonly SeriesTrainingOptions _training = new();
    private readonly Option<ImputationMode?> _mode = TypedOption.Choice<ImputationMode>("--mode",
        "The best single guess (expectation, the default), or a draw from what is likely.");
    private readonly Option<int?> _draws = TypedOption.Number("--draws", "M", 1, 1000, "a whole number from 1 to 1000",
        "Multiple imputation: M completed files OUT-1.csv to OUT-M.csv, each another draw.");
    private readonly Option<double?> _maxGap = TypedOption.Number("--max-gap", "24", double.Epsilon, double.MaxValue, "a number above 0",
        "Longer gaps stay missing: in units of the column of times, hours for dates.");
    private readonly Option<bool> _intervals = new("--intervals")
    {
        Description = "Add columns X.Lower, X.Upper (90 of 100 hold the true value) and X.StandardDeviation for the cells filled in.",
    };
    private readonly Option<string?> _model = new("--model")
    {
        HelpName = "M.zip",
        Description = "Fill in with a trained model instead of training on IN.csv.",
    };
    private readonly Option<string?> _save = new("--save") { HelpName = "M.zip", Description = "Save the trained model." };
    private readonly TextWriter _error;
    private readonly CancellationToken _cancel;

    private ImputeSeriesCommand(TextWriter error, CancellationToken cancel) => (_error, _cancel) = (error, cancel);

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var impute = new ImputeSeriesCommand(error, cancel);
        Command command = impute._common.AddTo(
            new Command("impute-series", "Fill in missing values of time series, a row a time; every other byte stays."));
        command.Add(impute._common.Output);
        impute._training.AddTo(command);
        command.Add(impute._mode);
        command.Add(impute._draws);
        command.Add(impute._maxGap);
        command.Add(impute._intervals);
        command.Add(impute._model);
        command.Add(impute._save);
        command.SetAction(impute.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        CommonOptions.RefuseBoth(
            parsed, _model, [_save, _common.Categorical, _common.Numeric, _common.Columns, _common.MergeVariants, .. _training.All]);
        bool tellsIntervals = parsed.GetValue(_intervals), asksForDraws = parsed.GetValue(_draws) is not null;
        if (asksForDraws && parsed.GetValue(_mode) == ImputationMode.Expectation)
            throw new UsageException("--draws asks for draws, and --mode expectation gives the one best guess; --mode draw was expected.");
        if (tellsIntervals && (asksForDraws || parsed.GetValue(_mode) == ImputationMode.Draw))
            throw new UsageException("--intervals are about the best guess, and draws have none; --mode expectation was expected.");
        string? modelPath = parsed.GetValue(_model), savePath = parsed.GetValue(_save), order = parsed.GetValue(_training.Order);
        if (modelPath is null && order is null)
            throw new UsageException("--order is missing: the column that says when a row was measured was expected.");
        int draws = parsed.GetValue(_draws) ?? 1;
        string output = parsed.GetRequiredValue(_common.Output);
        if (draws > 1 && StandardStream.IsOutput(output))
            throw new UsageException("--draws writes several files, and standard output is one; the name of a file was expected.");
        string[] paths = ImputeCommand.OutputPaths(output, draws);
        foreach (string path in savePath is null ? paths : [.. paths, savePath])
            _common.RefuseSameFile(parsed, path);

        var clock = Stopwatch.StartNew();
        Display display = _common.OpenDisplay(parsed, _error);
        DiffusionImputeSeriesEstimator.Options? options = modelPath is null ? _training.Read(parsed, parsed.GetValue(_common.Seed)) : null;
        if (options is not null && parsed.GetValue(_maxGap) is { } longest)
            options.MaxGap = longest;
        SeriesModel? model = modelPath is null ? null : ImputationModelFile.ReadSeries(modelPath);
        using CsvBlocks file = _common.OpenBlocks(parsed, display, _cancel);
        SeriesColumns columns;
        OutputFile[] outputs = [];
        try
        {
            if (model is not null)
            {
                columns = new SeriesColumns(
                    file, _common.MarksOf(parsed), ReadBy(model), model.Transformer!.OrderColumn!, model.Formats, $"the model {modelPath}",
                    isOwn: false);
                columns.Numbers.Warn(display);
                outputs = OutputFile.CreateAll(paths);
            }
            else
            {
                var choice = SeriesChoice.Of(
                    file, _common.SchemaOf(parsed, leaveOutIdentifiers: true), parsed.GetValue(_training.Group), order!,
                    parsed.GetValue(_training.Statics) ?? [], display);
                columns = new SeriesColumns(
                    file, _common.MarksOf(parsed), choice.Schema, choice.Order, choice.Formats, file.Path, isOwn: true);
                outputs = OutputFile.CreateAll(savePath is null ? paths : [.. paths, savePath]);
                model = SeriesModel.Train(file, columns, choice, options!, display, _cancel);
                if (savePath is not null)
                    outputs[^1].Write(stream => ImputationModelFile.Write(model, stream));
            }

            DiffusionImputeSeriesTransformer transformer = model.Transformer!;
            ModelColumn[] variables = [.. transformer.Columns.Select(pair => columns.NumberColumn(pair.InputColumnName))];
            var writer = new SeriesWriter(variables, tellsIntervals);
            long filled = 0;
            for (int draw = 0; draw < draws; draw++)
            {
                SeriesFiller filler = FillerOf(parsed, model, draw, asksForDraws);
                filled = display.Run("Filling in", _ => Fill(file, columns, model, filler, writer, outputs[draw]));
            }

            _cancel.ThrowIfCancellationRequested();
            foreach (OutputFile each in outputs)
                each.Commit();
            long left = columns.Numbers.Missing - filled + columns.Numbers.EmptyOthers;
            display.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{string.Join(", ", paths.Select(StandardStream.OutputName))}: {filled} cells filled in, {left} left missing, " +
                $"{StageProgress.Clock(clock.Elapsed)}."));
            return ExitCode.Done;
        }
        finally
        {
            foreach (OutputFile each in outputs)
                each.Dispose();
        }
    }

    /// <summary>The columns that a model reads, of those that it was trained on.</summary>
    private static DataViewSchema ReadBy(SeriesModel model)
    {
        var columns = new DataViewSchema.Builder();
        string[] read = [.. model.Transformer!.Layout.Read];
        foreach (DataViewSchema.Column column in model.Schema.Where(column => read.Contains(column.Name, StringComparer.Ordinal)))
        {
            bool isText = column.Name == model.Transformer.GroupColumn || column.Type is Data.TextDataViewType;
            columns.AddColumn(column.Name, isText ? Data.TextDataViewType.Instance : Data.NumberDataViewType.Double);
        }

        return columns.ToSchema();
    }

    private SeriesFiller FillerOf(ParseResult parsed, SeriesModel model, int draw, bool asksForDraws)
    {
        DiffusionImputeSeriesTransformer transformer = model.Transformer!;
        ImputationMode mode = asksForDraws ? ImputationMode.Draw : parsed.GetValue(_mode) ?? transformer.Mode;
        int? seed = parsed.GetValue(_common.Seed) ?? (parsed.GetValue(_model) is null ? null : CommonOptions.DefaultSeed);
        SeriesFiller filler = transformer.WithMode(mode, draw, seed).Filler;
        if (parsed.GetValue(_maxGap) is { } most)
            filler = filler with { MaxGap = most };
        if (!parsed.GetValue(_intervals))
            return filler with { Coverage = null };
        SeriesImputer imputer = transformer.Model;
        return imputer.HasUncertainty ? filler with { Coverage = transformer.Coverage ?? 0.9 } : throw new InputException(
            $"The method {imputer.Method.Name} cannot tell how sure it is, which --intervals ask for; another --method was expected.");
    }

    private long Fill(
        CsvBlocks file, SeriesColumns columns, SeriesModel model, SeriesFiller filler, SeriesWriter writer, OutputFile output)
    {
        FilledRows rows = model.Complete(file, columns, filler, filler.Coverage is not null, _cancel);
        long filled;
        using (var csv = CsvWriter.To(output, file.Encoding))
        {
            filled = writer.Write(file, rows, csv);
            csv.Finish();
        }

        output.Flush();
        return filled;
    }
}
