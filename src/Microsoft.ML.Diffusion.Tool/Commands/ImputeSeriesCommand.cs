using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Views;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
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
    private readonly FillingOptions _filling = new();
    private readonly Option<double?> _maxGap = TypedOption.Number("--max-gap", "24", double.Epsilon, double.MaxValue, "a number above 0",
        "Longer gaps stay missing: in units of the column of times, hours for dates.");
    private readonly Option<bool> _intervals = new("--intervals")
    {
        Description = "Add columns X.Lower, X.Upper (90 of 100 hold the true value) and X.StandardDeviation for the cells filled in.",
    };
    private readonly Option<string?> _save = new("--save") { HelpName = "M.zip", Description = "Save the trained model." };
    private readonly TextWriter _error;
    private readonly CancellationToken _cancel;

    private ImputeSeriesCommand(TextWriter error, CancellationToken cancel) => (_error, _cancel) = (error, cancel);

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var impute = new ImputeSeriesCommand(error, cancel);
        Command command = impute._common.AddTo(new ToolCommand(
            "impute-series", "Fill in missing values of time series, a row a time; every other byte stays.",
            ("mldiffusion impute-series ward.csv -o filled.csv --group patient --order time",
                "Each patient is a series, and time says when a row was measured."),
            ("mldiffusion impute-series station.csv -o filled.csv --order hour --intervals --max-gap 24",
                "One long series, with a 90 % interval beside each filled cell; longer gaps than 24 stay.")));
        command.Add(impute._common.Output);
        impute._training.AddTo(command);
        impute._filling.AddTo(command);
        command.Add(impute._maxGap);
        command.Add(impute._intervals);
        command.Add(impute._save);
        command.SetAction(impute.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        CommonOptions.RefuseBoth(
            parsed, _filling.Model,
            [_save, _common.Categorical, _common.Numeric, _common.Columns, _common.MergeVariants, .. _training.All]);
        ImputationMode? mode = _filling.ModeOf(parsed);
        bool tellsIntervals = parsed.GetValue(_intervals);
        if (tellsIntervals && mode == ImputationMode.Draw)
            throw new UsageException("--intervals are about the best guess, and draws have none; --mode expectation was expected.");
        string? modelPath = parsed.GetValue(_filling.Model), savePath = parsed.GetValue(_save), order = parsed.GetValue(_training.Order);
        if (modelPath is null && order is null)
            throw new UsageException("--order is missing: the column that says when a row was measured was expected.");
        string[] paths = _filling.PathsOf(parsed, _common);
        if (savePath is not null)
            _common.RefuseSameFile(parsed, savePath);

        var clock = Stopwatch.StartNew();
        Display display = _common.OpenDisplay(parsed, _error);
        DiffusionImputeSeriesEstimator.Options? options = modelPath is null ? _training.Read(parsed, parsed.GetValue(_common.Seed)) : null;
        if (options is not null && parsed.GetValue(_maxGap) is { } longest)
            options.MaxGap = longest;
        SeriesModel? model = modelPath is null ? null : ImputationModelFile.ReadSeries(modelPath);
        using CsvBlocks file = _common.OpenBlocks(parsed, display, _cancel);
        OutputFile[] outputs = [];
        try
        {
            SeriesColumns columns;
            if (model is not null)
            {
                columns = Find(file, parsed, model);
                columns.ModelColumns.Warn(display);
                outputs = OutputFile.CreateAll(paths);
            }
            else
            {
                var choice = SeriesChoice.Of(
                    file, _common.SchemaOf(parsed, leaveOutIdentifiers: true), parsed.GetValue(_training.Group), order!,
                    parsed.GetValue(_training.Statics) ?? [], savePath is null ? SeriesUse.Any : SeriesUse.AnyOfModel, display);
                outputs = OutputFile.CreateAll(savePath is null ? paths : [.. paths, savePath]);
                model = SeriesModel.Train(file, choice, options!, display, _cancel);
                if (savePath is not null)
                    outputs[^1].Write(stream => ImputationModelFile.Write(model, stream));
                columns = Find(file, parsed, model);
                columns.ModelColumns.Warn(display);
            }

            DiffusionImputeSeriesTransformer transformer = model.Transformer!;
            ModelColumn[] variables = [.. transformer.Columns.Select(pair => columns.ModelColumn(pair.InputColumnName))];
            var writer = new SeriesWriter(variables, tellsIntervals);
            long filled = 0;
            for (int draw = 0; draw < paths.Length; draw++)
            {
                SeriesFiller filler = FillerOf(parsed, model, draw, mode);
                filled = display.Run("Filling in", _ => Fill(file, columns, model, filler, writer, outputs[draw]));
            }

            _cancel.ThrowIfCancellationRequested();
            foreach (OutputFile each in outputs)
                each.Commit();
            FillingOptions.Say(display, paths, filled, columns.ModelColumns.Missing - filled + columns.ModelColumns.EmptyOthers, clock);
            return ExitCode.Done;
        }
        finally
        {
            foreach (OutputFile each in outputs)
                each.Dispose();
        }
    }

    private SeriesColumns Find(CsvBlocks file, ParseResult parsed, SeriesModel model)
    {
        string? path = parsed.GetValue(_filling.Model);
        return new SeriesColumns(
            file, _common.MarksOf(parsed), ReadBy(model), model.Transformer!.OrderColumn!, model.Formats, model.Categories,
            path is null ? file.Path : $"the model {path}", isOwn: path is null);
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

    private SeriesFiller FillerOf(ParseResult parsed, SeriesModel model, int draw, ImputationMode? asked)
    {
        DiffusionImputeSeriesTransformer transformer = model.Transformer!;
        ImputationMode mode = asked ?? transformer.Mode;
        int? seed = parsed.GetValue(_common.Seed) ?? (parsed.GetValue(_filling.Model) is null ? null : CommonOptions.DefaultSeed);
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
        using (var csv = CsvWriter.To(output, file, isFilled: true))
        {
            filled = writer.Write(file, rows, csv);
            csv.Finish();
        }

        output.Flush();
        return filled;
    }
}
