using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Shards;
using Microsoft.ML.Diffusion.Tool.Synthesis;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion synthesize</c>: new rows like those of a file.</summary>
internal sealed class SynthesizeCommand
{
    private readonly CommonOptions _common = new();
    private readonly GenerationOptions _generation = new();
    private readonly Option<string[]> _where = new("--where")
    {
        HelpName = "COL=VALUE",
        Description = "What every row must have: a value, a range of numbers (30..40, 30.., ..40), or nothing (COL=); may be given again "
            + "for other columns.",
    };
    private readonly Option<string?> _model = new("--model")
    {
        HelpName = "M.zip",
        Description = "Make rows with a trained model instead of training on IN.csv, whose header and spelling are taken.",
    };
    private readonly PrivacyOptions _privacy = new();
    private readonly ShardOption _shard;
    private readonly TextWriter _error;
    private readonly CancellationToken _cancel;

    private SynthesizeCommand(TextWriter error, CancellationToken cancel)
    {
        _error = error;
        _cancel = cancel;
        _shard = new ShardOption(_common, "Make part K of N alone, into the folder -o, with --model");
    }

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var synthesize = new SynthesizeCommand(error, cancel);
        synthesize._generation.Rows.Required = true;
        Command command = synthesize._common.AddTo(new ToolCommand(
            "synthesize", "Make new rows like those of a file.",
            ("mldiffusion synthesize patients.csv -o made.csv --rows 1000 --label outcome",
                "A thousand rows from which a model of outcome can be learnt."),
            ("mldiffusion synthesize patients.csv -o made.csv --rows 200 --where ward=ICU --where age=60..80",
                "Rows of one ward and one range of age."),
            ("mldiffusion synthesize patients.csv -o made.csv --rows 1000 --epsilon 1 --delta 1e-6 --domain age=0..110",
                "Rows under differential privacy: a single row of the file changes next to nothing."),
            ("mldiffusion synthesize patients.csv -o made.csv --rows 1000 --method tabddpm --epsilon 10 --delta 1e-6",
                "The same by a network; as far as was measured, the method above makes better rows.")));
        command.Add(synthesize._common.Output);
        command.Add(synthesize._generation.Rows);
        command.Add(synthesize._generation.Label);
        command.Add(synthesize._where);
        command.Add(synthesize._generation.Complete);
        command.Add(synthesize._model);
        synthesize._shard.AddTo(command);
        synthesize._privacy.AddTo(command);
        command.Add(synthesize._generation.Method);
        command.Add(synthesize._generation.Config);
        command.Add(synthesize._generation.MaxTime);
        command.Add(synthesize._generation.Engine);
        command.Add(synthesize._generation.Rules);
        command.SetAction(synthesize.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        CommonOptions.RefuseBoth(
            parsed, _model, _generation.Label, _generation.Method, _generation.Config, _generation.Engine, _generation.Rules,
            _generation.MaxTime, _privacy.Epsilon, _privacy.Delta, _privacy.Domains, _common.Categorical, _common.Numeric);
        string given = parsed.GetRequiredValue(_common.Output);
        PartFolder? folder = _shard.FolderOf(
            parsed, _model, "mldiffusion train IN.csv --for synthesize --model M.zip", out Shard shard);
        string path = folder?.DataFile ?? given;
        _common.RefuseSameFile(parsed, path);
        var clock = Stopwatch.StartNew();
        Display display = _common.OpenDisplay(parsed, _error);
        var options = _generation.Read<DiffusionSynthesizeEstimator.Options>(
            parsed, parsed.GetValue(_common.Seed), _privacy.MethodOf(parsed));
        _privacy.Set(parsed, options, hasMethod: parsed.GetValue(_generation.Method) is not null);
        string? modelPath = parsed.GetValue(_model);
        SynthesisModel? model = modelPath is null ? null : ImputationModelFile.ReadSynthesis(modelPath, display.Warn);
        string? label = parsed.GetValue(_generation.Label);
        using CsvBlocks file = _common.OpenBlocks(parsed, display, _cancel, model?.FileColumns);
        BlockTable table = model is null
            ? GenerationOptions.ReadTable(_common, parsed, file, label, display)
            : BlockTable.ForModel(file, _common.MarksOf(parsed), model.Columns, modelPath!);
        var where = new WhereClauses(table, parsed.GetValue(_where) ?? [], isTraining: model is null);
        if (parsed.GetValue(_generation.Complete))
            where.Conditions.Complete();
        if (model is null)
            RefuseUnmet(() => where.Conditions.RequireSupportedBy(options));
        long total = parsed.GetRequiredValue(_generation.Rows)!.Value;
        PartRecord? record = folder is null ? null : _shard.RecordOf(
            parsed, file, total, modelPath, options.Seed!.Value, shard.Count, parsed.GetValue(_where),
            parsed.GetValue(_common.MergeVariants), parsed.GetValue(_generation.Complete));
        if (ShardOption.IsDone(folder, record?.Run, display))
            return ExitCode.Done;

        using OutputFile output = OutputFile.Create(path);
        if (total == 0 && folder is null)
        {
            // No rows need no model.
            Write(output, file, rows: null);
            output.Flush();
            output.Commit();
            display.Say($"{StandardStream.OutputName(path)}: 0 new rows, {StageProgress.Clock(clock.Elapsed)}.");
            return ExitCode.Done;
        }

        model ??= SynthesisModel.Train(table, label, options, display, _cancel);
        RowRange range = RowRange.Of(total, shard.Number - 1, shard.Count);
        IDataView? made = null;
        RefuseUnmet(() => made = model.Transformer.GeneratePart(
            total, shard.Number - 1, shard.Count, where.Conditions, options.Seed, _cancel));
        IDataView rows = made!;
        var writer = new RowWriter(table, model.Formats, options.Seed!.Value, where, makesKeys: model.Transformer.Privacy is null,
            keepsMissing: !parsed.GetValue(_generation.Complete));
        Write(output, file, text => writer.Write(text, rows, range, display, _cancel));
        output.Flush();
        _cancel.ThrowIfCancellationRequested();
        output.Commit();
        folder?.Finish(record! with { FirstRow = range.First, RowCount = range.Count });
        string name = StandardStream.OutputName(path), time = StageProgress.Clock(clock.Elapsed);
        display.Say(string.Create(CultureInfo.InvariantCulture, $"{name}: {range.Count} new rows, {time}."));
        return ExitCode.Done;
    }

    private static void Write(OutputFile output, CsvBlocks file, Action<Stream>? rows)
    {
        using var writer = CsvWriter.To(output, file);
        writer.Write(stream => file.Beginning.WriteHeader(stream));
        if (rows is not null)
            writer.Write(rows);
        writer.Finish();
    }

    private static void RefuseUnmet(Action action)
    {
        try
        {
            action();
        }
        catch (ArgumentException e)
        {
            throw new InputException($"--where cannot be met: {ImputationModel.Sentence(e)}", e);
        }
    }
}
