using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML.Diffusion.Evaluation;
using Microsoft.ML.Diffusion.Evaluation.Imputation;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Evaluation.SeriesImputation;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Evaluation;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Shards;
using Microsoft.ML.Diffusion.Tool.Synthesis;
using Microsoft.ML.Diffusion.Tool.Terminal;
using MissingMarks = Microsoft.ML.Diffusion.Tool.Columns.MissingMarks;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion evaluate</c>: finds out what synthetic rows are worth.</summary>
internal sealed class EvaluateCommand
{
    // Of the real rows, where there are no others to test models on.
    private const double TestFraction = 0.2;

    private readonly CommonOptions _common = new();
    private readonly Option<string> _real = File("--real", "TRAIN.csv", "The real rows from which the synthetic ones were learnt.");
    private readonly Option<string> _synthetic = File("--synthetic", "SYN.csv", "The synthetic rows.");
    private readonly Option<string> _test = File("--test", "TEST.csv",
        "Real rows from which nothing was learnt; without them a fifth of TRAIN.csv is split off by chance, and of privacy only "
            + "exact copies are counted.");
    private readonly Option<string> _label = new("--label")
    {
        HelpName = "COL", Description = "The column that models learn to predict.",
    };
    private readonly Option<string> _model = File("--model", "M.zip",
        "The model that made the synthetic rows: what it promises, a bound of differential privacy or none, goes into the verdict, the "
        + "page and the JSON.");
    private readonly ImputedEvaluation _imputed = new();
    private readonly SeriesTrainingOptions _series = new();
    private readonly Option<string?> _report = new("--report")
    {
        HelpName = "R.html",
        Description = "Write a page to look at; opens offline.",
    };
    private readonly Option<string?> _json = new("--json") { HelpName = "M.json", Description = "Write every figure as JSON." };
    private readonly Option<string?> _figures = new("--figures")
    {
        HelpName = "DIR",
        Description = "Write every drawing of the page as SVG into a folder, for slides and papers.",
    };
    private readonly Option<string?> _shard = ShardOption.Create("Train the K-th of N parts of the models, and judge nothing yet");
    private readonly Option<string?> _parts = new("--parts")
    {
        HelpName = "DIR",
        Description = "With --shard the folder in which the part is written; without, where all parts are, so that no model is trained.",
    };
    private readonly TextWriter _error;
    private readonly CancellationToken _cancel;

    private EvaluateCommand(TextWriter error, CancellationToken cancel)
    {
        _error = error;
        _cancel = cancel;
    }

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var evaluate = new EvaluateCommand(error, cancel);
        var command = new ToolCommand("evaluate",
            "Say what synthetic rows are worth: for models, to the eye, and for privacy; or how well cells were filled in.",
            ("mldiffusion evaluate --real train.csv --synthetic made.csv --test test.csv --label outcome --report report.html",
                "Verdicts on the screen, and a page with every figure."),
            ("mldiffusion evaluate --imputed filled.csv --truth full.csv --holes holes.csv --json scores.json",
                "How near filled cells are to the true values that ampute had hidden."),
            ("mldiffusion evaluate --real train.csv --synthetic made.csv --test test.csv --label outcome --parts parts --shard 1/4",
                "A quarter of the models, on this machine; the same with --report instead of --shard judges all four."),
            ("mldiffusion evaluate --real train.csv --synthetic made.csv --test test.csv --label outcome --model maker.zip",
                "With the privacy budget under which maker.zip was trained, if any, beside what is measured."))
        {
            evaluate._real, evaluate._synthetic, evaluate._test, evaluate._label, evaluate._model, evaluate._imputed.Imputed,
            evaluate._imputed.Truth, evaluate._imputed.Holes, evaluate._series.Group, evaluate._series.Order, evaluate._report,
            evaluate._json, evaluate._figures, evaluate._shard, evaluate._parts,
            evaluate._common.Categorical, evaluate._common.Numeric, evaluate._common.Missing, evaluate._common.Columns,
            evaluate._common.MergeVariants, evaluate._common.Seed, evaluate._common.Quiet,
        };
        evaluate._common.Format.AddTo(command);
        command.SetAction(evaluate.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var clock = Stopwatch.StartNew();
        Display display = _common.OpenDisplay(parsed, _error);
        bool isImputed = parsed.GetValue(_imputed.Imputed) is { Length: > 0 };
        (string Role, string Path)[] named = isImputed ? _imputed.InputsOf(parsed) :
        [
            ("real", Required(parsed, _real)), ("synthetic", Required(parsed, _synthetic)),
            .. parsed.GetValue(_test) is { } test ? [("test", test)] : Array.Empty<(string, string)>(),
        ];
        string[] inputs = [.. named.Select(input => input.Path)];
        ResultOrigin origin = Origin.Of(parsed, named);
        CommonOptions.RefuseBoth(parsed, _imputed.Imputed, _real, _synthetic, _test, _label, _model, _shard, _parts);
        CommonOptions.RefuseBoth(parsed, _shard, _report, _json, _figures, _model);
        CommonOptions.RefuseBoth(parsed, _real, _imputed.Truth, _imputed.Holes, _series.Group, _series.Order);
        if (parsed.GetValue(_series.Group) is not null && parsed.GetValue(_series.Order) is null)
            throw new UsageException("--group was given without --order: the column that says when a row was measured was expected.");
        string[] outputs = [.. new[] { parsed.GetValue(_report), parsed.GetValue(_json) }.OfType<string>()];
        if (outputs.Length == 2 && FileStatus.AreSame(StandardStream.OutputPath(outputs[0]), StandardStream.OutputPath(outputs[1])))
            throw new UsageException($"{outputs[1]} is named in both --report and --json; two files were expected.");
        foreach (string output in outputs)
        {
            if (inputs.Any(input => CommonOptions.IsSame(input, output)))
                throw new UsageException($"{output} is one of the inputs; another file to write was expected.");
        }

        if (parsed.GetValue(_figures) is { } folder)
            FigureFiles.Prepare(folder);
        SchemaOptions schema = _common.SchemaOf(parsed, leaveOutIdentifiers: true);
        if (isImputed && parsed.GetValue(_series.Order) is { } order)
        {
            var series = new SeriesEvaluation(
                schema, parsed.GetValue(_series.Group), order, path => _common.Format.Open(parsed, path, display, _cancel), display,
                _cancel);
            ImputedSeriesResult found = series.Judge(inputs[0], inputs[1], inputs[2..]) with { Origin = origin };
            WriteAll(
                parsed, outputs, (stream, isReport) => SeriesEvaluation.Write(found, stream, isReport),
                () => ImputedSeriesReport.Drawings(found));
            ImputedSeriesSummary.Write(found, SummaryWriter(parsed, outputs));
            return ExitCode.Done;
        }

        if (isImputed)
        {
            ImputedCellsResult found = ImputedEvaluation.Measure(
                inputs, schema, path => _common.Format.Open(parsed, path, display, _cancel), display, _cancel) with
            { Origin = origin };
            WriteAll(
                parsed, outputs, (stream, isReport) => ImputedEvaluation.Write(found, stream, isReport),
                () => ImputedCellsReport.Drawings(found));
            ImputedCellsSummary.Write(found, SummaryWriter(parsed, outputs));
            return ExitCode.Done;
        }

        string label = Required(parsed, _label);
        string? modelPath = parsed.GetValue(_model);
        SynthesisModel? model = modelPath is null ? null : ImputationModelFile.ReadSynthesis(modelPath, display.Warn);
        using var tables = EvaluatedTables.Read(inputs, schema, path => _common.Format.Open(parsed, path, display, _cancel), display.Warn);
        RefuseUnusable(tables, label);

        string? parts = parsed.GetValue(_parts);
        string run = parts is null ? "" : RunOf(parsed, inputs, label);
        if (parsed.GetValue(_shard) is { } text)
            return TrainPart(tables, label, parsed, Shard.Parse(text, Environment.GetEnvironmentVariable), run, display);
        IReadOnlyDictionary<int, float[]>? answers = parts is null ? null : TrainedParts.Read(parts, run);
        EvaluationResult? result = null;
        WriteAll(
            parsed, outputs, (stream, isReport) => Write(result!, stream, isReport), () => EvaluationReport.Drawings(result!),
            () => result = Promised(WithUnused(Evaluate(tables, label, _common.SeedOf(parsed), answers, display), tables.First), model) with
            {
                Origin = origin,
            });
        EvaluationSummary.Write(result!, SummaryWriter(parsed, outputs));
        string written = string.Join(", ", outputs.Append(parsed.GetValue(_figures)).OfType<string>().DefaultIfEmpty("Nothing written"));
        display.Say($"{written}: evaluated in {StageProgress.Clock(clock.Elapsed)}.");
        return ExitCode.Done;
    }

    /// <summary>With what the model that made the rows promises, where it is named.</summary>
    private static EvaluationResult Promised(EvaluationResult result, SynthesisModel? model) => model is null
        ? result
        : result.WithPromise(PromisedPrivacy.Of(model.Transformer.Method?.Name ?? "", model.Transformer.Privacy));

    /// <summary>Opens the outputs, does the work, and writes them all or none.</summary>
    private void WriteAll(
        ParseResult parsed, string[] outputs, Action<Stream, bool> write, Func<IReadOnlyList<ReportDrawing>> draw, Action? work = null)
    {
        OutputFile[] files = OutputFile.CreateAll(outputs);
        try
        {
            work?.Invoke();
            foreach (OutputFile file in files)
                file.Write(stream => write(stream, file.Path == parsed.GetValue(_report)));
            _cancel.ThrowIfCancellationRequested();
            if (parsed.GetValue(_figures) is { } folder)
                FigureFiles.Write(folder, draw());
            foreach (OutputFile file in files)
                file.Commit();
        }
        finally
        {
            foreach (OutputFile file in files)
                file.Dispose();
        }
    }

    /// <summary>Standard output is either the summary's or a file's.</summary>
    private TextWriter SummaryWriter(ParseResult parsed, string[] outputs) =>
        outputs.Any(StandardStream.IsOutput) ? _error : parsed.InvocationConfiguration.Output;

    private static string Required(ParseResult parsed, Option<string> option) =>
        parsed.GetValue(option) ?? throw new UsageException($"Option '{option.Name}' is required.");

    /// <summary>Trains a part of the models and writes what they say of the test rows.</summary>
    private int TrainPart(EvaluatedTables tables, string label, ParseResult parsed, Shard shard, string run, Display display)
    {
        string path = parsed.GetValue(_parts)
            ?? throw new UsageException("--shard was given without --parts: the folder in which the parts come together was expected.");
        var folder = new PartFolder(path, shard, TrainedParts.Extension);
        if (ShardOption.IsDone(folder, run, display))
            return ExitCode.Done;

        int seed = _common.SeedOf(parsed);
        var clock = Stopwatch.StartNew();
        IReadOnlyDictionary<int, float[]> answers = Work(tables, seed, display, "Training", (ml, views, options) =>
            ml.TrainPart(views[0], views[1], views.ElementAtOrDefault(2), label, options, shard.Number - 1, shard.Count));
        TrainedParts.Write(folder, run, answers, seed);
        display.Say($"{folder.DataFile}: {answers.Count} models trained in {StageProgress.Clock(clock.Elapsed)}.");
        return ExitCode.Done;
    }

    /// <summary>A hash of what the models depend on.</summary>
    private string RunOf(ParseResult parsed, string[] inputs, string label)
    {
        if (inputs.Any(StandardStream.IsInput))
            throw new UsageException("--parts reads the inputs twice, so files were expected and not standard input.");
        return TrainedParts.RunOf(
            inputs, label, _common.SeedOf(parsed), parsed.GetValue(_common.Missing), parsed.GetValue(_common.Categorical),
            parsed.GetValue(_common.Numeric), parsed.GetValue(_common.MergeVariants),
            parsed.GetValue(_common.Columns) is { } columns ? PartFolder.HashOf(columns) : null);
    }

    private EvaluationResult Evaluate(
        EvaluatedTables tables, string label, int seed, IReadOnlyDictionary<int, float[]>? answers, Display display) =>
        Work(tables, seed, display, "Evaluating", (ml, views, options) =>
        {
            options.Answers = answers;
            return ml.EvaluateSynthetic(views[0], views[1], views.ElementAtOrDefault(2), label, options);
        });

    private T Work<T>(
        EvaluatedTables tables, int seed, Display display, string title,
        Func<MLContext, IDataView[], EvaluationOptions, T> work)
    {
        try
        {
            return display.Run(title, progress =>
            {
                var clock = Stopwatch.StartNew();
                EvaluationOptions options = new()
                {
                    Seed = seed,
                    TestFraction = TestFraction,
                    Columns = RolesOf(tables.First),
                    CancellationToken = _cancel,
                    Progress = new Reporter(done => progress.Report(StageProgress.Linear(done, clock.Elapsed))),
                };
                return work(new MLContext(seed), tables.ToViews(), options);
            });
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException)
        {
            throw new InputException($"{tables.First.Path} cannot be evaluated: {ImputationModel.Sentence(e)}", e);
        }
    }

    // What the columns are was found out from the file, or told by the user: what is read as a number or category is none of the keys.
    private static ColumnRoles RolesOf(BlockTable real) => new(real.UsedColumns.Select(column => new ColumnEntry
    {
        Name = column.Name,
        Role = column.Use == ColumnUse.Numeric ? ColumnRole.Number : ColumnRole.Category,
    }));

    /// <summary>Names the columns too that were not read at all.</summary>
    private static EvaluationResult WithUnused(EvaluationResult result, BlockTable real)
    {
        IEnumerable<LeftOutColumn> unused = real.Columns.Where(column => column.Use == ColumnUse.None)
            .Select(column => new LeftOutColumn(column.Name, column.Profile?.Reason ?? "it has no values"));
        return result with { Setup = result.Setup with { LeftOut = [.. unused, .. result.Setup.LeftOut] } };
    }

    private static void Write(EvaluationResult result, Stream stream, bool isReport)
    {
        if (!isReport)
        {
            EvaluationJson.Write(result, stream);
            return;
        }

        using var writer = new StreamWriter(stream, leaveOpen: true);
        EvaluationReport.Write(result, writer);
    }

    private static void RefuseUnusable(EvaluatedTables tables, string label)
    {
        foreach (BlockTable table in tables.All)
            EvaluatedTables.RefuseNoRows(table);
        string[] names = [.. tables.First.UsedColumns.Select(c => c.Name)];
        if (!names.Contains(label, StringComparer.Ordinal))
        {
            throw new InputException(
                $"{tables.First.Path} has no column '{label}' to predict, which --label names{NearNames.Ask(label, names)}");
        }
    }

    private static Option<string> File(string name, string help, string description) =>
        new(name) { HelpName = help, Description = description };

    private sealed class Reporter(Action<double> report) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => report(value.Done);
    }
}
