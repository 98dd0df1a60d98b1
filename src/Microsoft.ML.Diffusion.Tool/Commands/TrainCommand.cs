using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Mpi;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Ranks;
using Microsoft.ML.Diffusion.Tool.Synthesis;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion train</c>: learns a model and keeps it for later.</summary>
internal sealed class TrainCommand
{
    // The names of either purpose; what cannot be saved is none of them.
    private static readonly string[] s_imputing = [.. ImputationMethods.All.Select(method => method.Name)];
    private static readonly string[] s_generating =
        [.. GenerationMethods.All.Where(method => method.Can(GenerationAbilities.Saving)).Select(method => method.Name)];

    private static readonly string[] s_resuming =
        [.. GenerationMethods.All.Where(method => method.Can(GenerationAbilities.Resuming)).Select(method => method.Name)];

    private static readonly string[] s_sharing =
        [.. GenerationMethods.All.Where(method => method.Can(GenerationAbilities.SeveralMachines)).Select(method => method.Name)];

    private readonly CommonOptions _common = new();
    private readonly TrainingOptions _training = new();
    private readonly GenerationOptions _generation = new();
    private readonly PrivacyOptions _privacy = new();
    private readonly Option<string> _model = new("--model")
    {
        Required = true,
        HelpName = "M.zip",
        Description = "Model file to write, for impute or synthesize --model and for ml.Model.Load.",
    };
    private readonly Option<Purpose?> _for = TypedOption.Choice<Purpose>("--for", "What the model is to do; impute is the default.");
    private readonly Option<string?> _method = TypedOption.Name("--method", [.. s_imputing.Union(s_generating, StringComparer.Ordinal)],
        $"How to learn; {s_imputing[0]} is the default to impute, {s_generating[0]} to synthesize.");
    private readonly CheckpointOption _checkpoint = new("With --for synthesize: write the training down");
    private readonly Option<bool> _mpi = new(RankSession.OptionName)
    {
        Description = "With --for synthesize: train together with the other processes that Open MPI's mpirun started, to the same bytes "
            + $"for any number of them; for --method {string.Join(" or ", s_sharing)}.",
    };

    private readonly TextWriter _error;
    private readonly CancellationToken _cancel;

    private TrainCommand(TextWriter error, CancellationToken cancel)
    {
        _error = error;
        _cancel = cancel;
    }

    private enum Purpose
    {
        Impute,
        Synthesize,
    }

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var train = new TrainCommand(error, cancel);
        Command command = train._common.AddTo(new ToolCommand(
            "train", "Train a model and save it.",
            ("mldiffusion train patients.csv --model model.zip", "For impute --model, and for ml.Model.Load in C#."),
            ("mldiffusion train patients.csv --model maker.zip --for synthesize --label outcome --max-time 600",
                "For synthesize --model; training ends after ten minutes."),
            ("mldiffusion train rows.csv --model maker.zip --for synthesize --method tabddpm --checkpoint run.checkpoint",
                "A training of hours that goes on where it was killed."),
            ("mpirun -n 8 mldiffusion train rows.csv --model maker.zip --for synthesize --method tabddpm --mpi",
                "The same on eight processes of Open MPI, on one machine or several.")));
        command.Add(train._model);
        command.Add(train._for);
        command.Add(train._generation.Label);
        train._privacy.AddTo(command);
        command.Add(train._method);
        command.Add(train._training.Config);
        command.Add(train._training.Members);
        command.Add(train._training.Rules);
        command.Add(train._training.MaxTime);
        command.Add(train._training.Engine);
        train._checkpoint.AddTo(command);
        command.Add(train._mpi);
        command.SetAction(parsed => parsed.GetValue(train._mpi)
            ? RankSession.Run(error, ranks => train.Run(parsed, ranks), cancel)
            : train.Run(parsed, ranks: null));
        return command;
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="ranks">The processes that train together; null for this one alone.</param>
    private int Run(ParseResult parsed, GradientExchange? ranks)
    {
        var clock = Stopwatch.StartNew();
        string path = parsed.GetRequiredValue(_model);
        _common.RefuseSameFile(parsed, path);
        bool writes = ranks is null or { Rank: 0 };
        Display display = writes ? _common.OpenDisplay(parsed, _error) : Display.Open(_error, quiet: true);
        int? seed = parsed.GetValue(_common.Seed);
        bool synthesizes = parsed.GetValue(_for) == Purpose.Synthesize;
        string? label = parsed.GetValue(_generation.Label);
        string? method = parsed.GetValue(_method);
        if (!synthesizes && label is not null)
            throw new UsageException("--label is for models that make rows; --for synthesize was expected.");
        if (method is not null && !(synthesizes ? s_generating : s_imputing).Contains(method, StringComparer.Ordinal))
            throw new UsageException(
                $"--method {method} does not {(synthesizes ? "make rows" : "impute")}; --for " +
                $"{(synthesizes ? "impute" : "synthesize")} was expected.");
        long rows;
        int columns;
        OutputFile? output;
        if (!synthesizes)
            _privacy.Refuse(parsed);
        if (synthesizes && parsed.GetValue(_training.Members) is not null)
            throw new UsageException("--members are for models that impute; --for impute was expected.");
        CheckpointOptions? checkpoint = _checkpoint.Of(parsed, path, parsed.GetRequiredValue(_common.Input));
        if (checkpoint is not null && !synthesizes)
            throw new UsageException("--checkpoint is for models that make rows; --for synthesize was expected.");
        if (synthesizes)
        {
            var options = GenerationOptions.Read<DiffusionSynthesizeEstimator.Options>(
                parsed.GetValue(_training.Config), method ?? _privacy.MethodOf(parsed), parsed.GetValue(_training.Engine), seed);
            _privacy.Set(parsed, options, hasMethod: method is not null);
            options.Rules = [.. options.Rules, .. parsed.GetValue(_training.Rules) ?? []];
            GenerationOptions.Limit(options, parsed.GetValue(_training.MaxTime));
            if (checkpoint is not null && !options.Method.Registration.Can(GenerationAbilities.Resuming))
            {
                throw new UsageException(
                    $"--checkpoint is for methods that can go on from one, and {options.Method.Registration.Name} cannot; --method " +
                    $"{string.Join(" or ", s_resuming)} was expected.");
            }

            if (ranks is not null)
                Share(parsed, options, ranks);
            options.Checkpoint = checkpoint;
            using CsvBlocks file = _common.OpenBlocks(parsed, display, _cancel);
            BlockTable table = GenerationOptions.ReadTable(_common, parsed, file, label, display);
            rows = table.RowCount;
            using (output = writes ? OutputFile.Create(path) : null)
            {
                SynthesisModel trained = SynthesisModel.Train(table, label, options, display, _cancel);
                columns = trained.Columns.Count;
                if (output is not null)
                    Commit(output, stream => ImputationModelFile.Write(trained, stream));
            }
        }
        else
        {
            if (ranks is not null)
                throw new UsageException($"{RankSession.OptionName} is for models that make rows; --for synthesize was expected.");
            DiffusionImputeEstimator.Options options = _training.Read(parsed, seed, method);
            using CsvBlocks file = _common.OpenBlocks(parsed, display, _cancel);
            var table = BlockTable.Infer(file, _common.SchemaOf(parsed, leaveOutIdentifiers: true), display.Warn);
            rows = table.RowCount;
            using (output = OutputFile.Create(path))
            {
                ImputationModel trained = ImputationModel.Train(table, options, display, _cancel);
                columns = trained.Transformer.Model.Columns.Count;
                Commit(output, stream => ImputationModelFile.Write(trained, stream));
            }
        }

        if (checkpoint is not null && writes)
            File.Delete(checkpoint.Path);
        display.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{StandardStream.OutputName(path)}: trained on {rows} rows of {columns} columns, {StageProgress.Clock(clock.Elapsed)}."));
        return ExitCode.Done;
    }

    /// <summary>Sets what a training of several processes needs.</summary>
    private void Share(ParseResult parsed, DiffusionSynthesizeEstimator.Options options, GradientExchange ranks)
    {
        if (!options.Method.Registration.Can(GenerationAbilities.SeveralMachines))
        {
            throw new UsageException(
                $"{RankSession.OptionName} is for networks whose steps take longer than the exchange of their gradients, and those of " +
                $"{options.Method.Registration.Name} do not; --method {string.Join(" or ", s_sharing)} was expected.");
        }

        if (StandardStream.IsInput(parsed.GetRequiredValue(_common.Input)) && ranks.Ranks > 1)
            throw new UsageException($"Standard input reaches one process alone; a file was expected with {RankSession.OptionName}.");
        if (options.Method is DiffusionGeneratorOptions { Threads: null } method)
            method.Threads = Launch.Threads;
        options.Exchange = ranks;
    }

    private void Commit(OutputFile output, Action<Stream> write)
    {
        output.Write(write);
        _cancel.ThrowIfCancellationRequested();
        output.Commit();
    }
}
