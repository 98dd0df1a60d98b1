using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Planning;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion plan</c>: says what a run of many rows takes on this machine, and how to share it among several.</summary>
internal sealed class PlanCommand
{
    private const int DefaultTrial = 10;

    private static readonly string[] s_imputing = [.. ImputationMethods.All.Select(method => method.Name)];
    private static readonly string[] s_generating =
        [.. GenerationMethods.All.Where(method => method.Can(GenerationAbilities.Saving)).Select(method => method.Name)];

    private readonly CommonOptions _common = new();
    private readonly TrainingOptions _training = new();
    private readonly Option<long?> _rows = TypedOption.Number("--rows", "N", 1L, long.MaxValue, "a whole number of 1 or more",
        "How many rows are to be made or filled in.");
    private readonly Option<Purpose?> _for = TypedOption.Choice<Purpose>("--for",
        "What is planned; impute is the default, but for a method that makes rows alone.");
    private readonly Option<string?> _method = TypedOption.Name("--method", [.. s_imputing.Union(s_generating, StringComparer.Ordinal)],
        $"The method; {s_imputing[0]} is the default to impute, {s_generating[0]} to synthesize.");
    private readonly Option<int?> _trial = TypedOption.Number("--trial", "SECONDS", 1, 3600, "a whole number of seconds from 1 to 3600",
        $"How long the training is watched, and then the rows. Default {DefaultTrial}.");
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly CancellationToken _cancel;

    private PlanCommand(TextWriter output, TextWriter error, CancellationToken cancel) =>
        (_output, _error, _cancel) = (output, error, cancel);

    private enum Purpose
    {
        Impute,
        Synthesize,
    }

    public static Command Create(TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var plan = new PlanCommand(output, error, cancel);
        Command command = plan._common.AddTo(new ToolCommand(
            "plan", "Say what a run of many rows takes, by a trial of seconds, and how to share it among machines.",
            ("mldiffusion plan patients.csv --rows 40000000 --method masked", "Time and memory to make so many rows; shards."),
            ("mldiffusion plan patients.csv --rows 5000000 --trial 30", "To fill so many rows in; a longer trial.")));
        plan._rows.Required = true;
        command.Add(plan._rows);
        command.Add(plan._for);
        command.Add(plan._method);
        command.Add(plan._training.Config);
        command.Add(plan._trial);
        command.SetAction(plan.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        Display display = _common.OpenDisplay(parsed, _error);
        string? method = parsed.GetValue(_method);
        bool synthesizes = parsed.GetValue(_for) is { } purpose
            ? purpose == Purpose.Synthesize
            : method is not null && !s_imputing.Contains(method, StringComparer.Ordinal);
        if (method is not null && !(synthesizes ? s_generating : s_imputing).Contains(method, StringComparer.Ordinal))
        {
            throw new UsageException(
                $"--method {method} does not {(synthesizes ? "make rows that a saved model can make" : "impute")}; --for " +
                $"{(synthesizes ? "impute" : "synthesize")} was expected.");
        }

        using CsvBlocks file = _common.OpenBlocks(parsed, display, _cancel);
        var table = BlockTable.Infer(file, _common.SchemaOf(parsed, leaveOutIdentifiers: true), display.Warn);
        if (table.RowCount == 0 || !table.UsedColumns.Any())
        {
            throw new InputException(
                $"{file.Path} has no rows, or no column, to learn from; a table like the one to plan for was expected.");
        }

        var trial = new Trial(TimeSpan.FromSeconds(parsed.GetValue(_trial) ?? DefaultTrial), _cancel);
        display.Say("Training for a trial; then rows are made or filled in.");
        (string name, (TimeSpan Whole, double Seen) training, double perRow) =
            synthesizes ? Synthesis(parsed, table, trial, method) : Imputation(parsed, table, trial, method);
        using var process = Process.GetCurrentProcess();
        var plan = new RunPlan(
            file.Path, name, synthesizes, parsed.GetRequiredValue(_rows)!.Value, training.Whole, training.Seen, perRow,
            process.PeakWorkingSet64, Environment.ProcessorCount);
        _output.Write(plan.Text());
        return ExitCode.Done;
    }

    private (string Method, (TimeSpan Whole, double Seen) Training, double SecondsPerRow) Synthesis(
        ParseResult parsed, BlockTable table, Trial trial, string? method)
    {
        DiffusionSynthesizeEstimator.Options options = NewOptions();
        IDataView view = table.ToView();
        (TimeSpan, double) training = trial.Training(Fit, out DiffusionSynthesizeTransformer? model);
        if (model is null)
        {
            // A network of the same size makes rows as fast after few steps as after all.
            options = NewOptions();
            options.Method.MaxTrainingTime = TimeSpan.FromSeconds(parsed.GetValue(_trial) ?? DefaultTrial);
            model = Fit(null, _cancel);
        }

        IDataView made = model.Generate(int.MaxValue, conditions: null, options.Seed, _cancel);
        return (options.Method.Registration.Name, training, trial.SecondsPerRow(made));

        DiffusionSynthesizeEstimator.Options NewOptions() => GenerationOptions.Read<DiffusionSynthesizeEstimator.Options>(
            parsed.GetValue(_training.Config), method, engine: null, parsed.GetValue(_common.Seed));

        DiffusionSynthesizeTransformer Fit(IProgress<TrainingProgress>? progress, CancellationToken cancel) => Learn(table, () =>
        {
            (options.Progress, options.CancellationToken) = (progress, cancel);
            return new MLContext(options.Seed) { FallbackToCpu = true }.Transforms.DiffusionSynthesize(null, options).Fit(view);
        });
    }

    private (string Method, (TimeSpan Whole, double Seen) Training, double SecondsPerRow) Imputation(
        ParseResult parsed, BlockTable table, Trial trial, string? method)
    {
        DiffusionImputeEstimator.Options options = _training.Read(parsed, parsed.GetValue(_common.Seed), method);
        IDataView view = table.ToView();
        (TimeSpan, double) training = trial.Training(Fit, out DiffusionImputeTransformer? model);
        if (model is null)
        {
            options = _training.Read(parsed, parsed.GetValue(_common.Seed), method);
            options.Method.MaxTrainingTime = TimeSpan.FromSeconds(parsed.GetValue(_trial) ?? DefaultTrial);
            model = Fit(null, _cancel);
        }

        return (options.Method.Registration.Name, training, trial.SecondsPerRow(model.Transform(view)));

        DiffusionImputeTransformer Fit(IProgress<TrainingProgress>? progress, CancellationToken cancel) => Learn(table, () =>
        {
            (options.Progress, options.CancellationToken) = (progress, cancel);
            InputOutputColumnPair[] columns = [.. ImputationModel.Targets(table, options).Select(c => new InputOutputColumnPair(c.Name))];
            return new MLContext(options.Seed) { FallbackToCpu = true }.Transforms.DiffusionImpute(columns, options).Fit(view);
        });
    }

    private static T Learn<T>(BlockTable table, Func<T> train)
    {
        try
        {
            return train();
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException)
        {
            throw new InputException($"{table.Path} cannot be learnt from: {ImputationModel.Sentence(e)}", e);
        }
    }
}
