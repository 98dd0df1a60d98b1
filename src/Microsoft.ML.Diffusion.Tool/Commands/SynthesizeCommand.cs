using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Imputation;
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
        Description = "What every row must have: a value, a range of numbers (30..40, 30.., ..40), or nothing (COL=); may be given again for other columns.",
    };
    private readonly Option<string?> _model = new("--model")
    {
        HelpName = "M.zip",
        Description = "Make rows with a trained model instead of training on IN.csv, whose header and spelling are taken.",
    };
    private readonly TextWriter _error;
    private readonly CancellationToken _cancel;

    private SynthesizeCommand(TextWriter error, CancellationToken cancel)
    {
        _error = error;
        _cancel = cancel;
    }

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var synthesize = new SynthesizeCommand(error, cancel);
        synthesize._generation.Rows.Required = true;
        Command command = synthesize._common.AddTo(new Command("synthesize", "Make new rows like those of a file."));
        command.Add(synthesize._common.Output);
        command.Add(synthesize._generation.Rows);
        command.Add(synthesize._generation.Label);
        command.Add(synthesize._where);
        command.Add(synthesize._model);
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
            parsed, _model, _generation.Label, _generation.Method, _generation.Config, _generation.Engine, _generation.Rules, _generation.MaxTime,
            _common.Categorical, _common.Numeric);
        string path = parsed.GetRequiredValue(_common.Output);
        _common.RefuseSameFile(parsed, path);
        var clock = Stopwatch.StartNew();
        Display display = _common.OpenDisplay(parsed, _error);
        var options = _generation.Read<DiffusionSynthesizeEstimator.Options>(parsed, parsed.GetValue(_common.Seed));
        SynthesisModel? model = parsed.GetValue(_model) is { } modelPath ? ImputationModelFile.ReadSynthesis(modelPath, display.Warn) : null;
        string? label = parsed.GetValue(_generation.Label);
        using CsvBlocks file = _common.OpenBlocks(parsed, display, _cancel);
        BlockTable table = model is null
            ? GenerationOptions.ReadTable(_common, parsed, file, label, display)
            : BlockTable.ForModel(file, _common.MarksOf(parsed), model.Columns, parsed.GetRequiredValue(_model)!);
        var where = new WhereClauses(table, parsed.GetValue(_where) ?? [], isTraining: model is null);
        if (model is null)
            RefuseUnmet(() => where.Conditions.RequireSupportedBy(options));
        using OutputFile output = OutputFile.Create(path);
        if (parsed.GetRequiredValue(_generation.Rows) == 0)
        {
            // No rows need no model.
            Write(output, file, rows: null);
            output.Commit();
            display.Say($"{StandardStream.OutputName(path)}: 0 new rows, {StageProgress.Clock(clock.Elapsed)}.");
            return ExitCode.Done;
        }

        model ??= SynthesisModel.Train(table, label, options, display, _cancel);
        IDataView rows = Generate(model, parsed, where, options);
        Write(output, file, text => new RowWriter(table, model.Formats, options.Seed!.Value, where).Write(text, rows, display, _cancel));
        _cancel.ThrowIfCancellationRequested();
        output.Commit();
        display.Say(string.Create(CultureInfo.InvariantCulture, $"{StandardStream.OutputName(path)}: {rows.GetRowCount()} new rows, {StageProgress.Clock(clock.Elapsed)}."));
        return ExitCode.Done;
    }

    private IDataView Generate(SynthesisModel model, ParseResult parsed, WhereClauses where, DiffusionSynthesizeEstimator.Options options)
    {
        IDataView? rows = null;
        RefuseUnmet(() => rows = model.Transformer.Generate(
            parsed.GetRequiredValue(_generation.Rows)!.Value, where.Conditions, options.Seed, _cancel));
        return rows!;
    }

    private static void Write(OutputFile output, CsvBlocks file, Action<Stream>? rows)
    {
        using (var writer = CsvWriter.To(output, file.Encoding))
        {
            writer.Write(file.Beginning.WriteHeader);
            if (rows is not null)
                writer.Write(rows);
            writer.Finish();
        }

        output.Flush();
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
