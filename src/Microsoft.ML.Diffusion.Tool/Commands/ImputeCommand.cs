using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Shards;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion impute</c>: fills in what is missing.</summary>
internal sealed class ImputeCommand
{
    private readonly CommonOptions _common = new();
    private readonly TrainingOptions _training = new();
    private readonly FillingOptions _filling = new();
    private readonly Option<bool> _long = new("--long")
    {
        Description = "With --draws: one file with the rows of all draws, one after another, and columns .imp and .id before.",
    };
    private readonly Option<bool> _intervals = new("--intervals")
    {
        Description = "Add columns that tell how sure the filled-in cells are: X.Lower, X.Upper (90 of 100 hold the true number) and " +
            "X.StandardDeviation for numbers, X.Probability for categories.",
    };
    private readonly Option<int?> _firstRow = TypedOption.Number("--first-row", "N", 1, int.MaxValue, "a whole number of 1 or more",
        "The number of the first row in the table that the file is a piece of, from 1: draws are those of the whole table. Default 1.");
    private readonly Option<string?> _id = new("--id")
    {
        HelpName = "COL",
        Description = "A column that tells rows apart: draws of a row depend on its cell there and not on its number.",
    };
    private readonly ShardOption _shard;
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
        _shard = new ShardOption(_common, "Fill part K of N alone, into the folder -o, with --model");
    }

    public static Command Create(TextWriter error, CancellationToken cancel)
    {
        var impute = new ImputeCommand(error, cancel);
        Command command = impute._common.AddTo(new ToolCommand(
            "impute", "Fill in missing values; every other byte stays.",
            ("mldiffusion impute patients.csv -o filled.csv", "The best single guess for each missing cell."),
            ("mldiffusion impute patients.csv -o filled.csv --draws 20 --na \"?,NA\"",
                "Multiple imputation: filled-1.csv to filled-20.csv, each another draw; ? and NA are missing too.")));
        command.Add(impute._common.Output);
        impute._filling.AddTo(command);
        command.Add(impute._long);
        command.Add(impute._intervals);
        impute._shard.AddTo(command);
        command.Add(impute._firstRow);
        command.Add(impute._id);
        command.Add(impute._rewriteVariants);
        command.Add(impute._training.Method);
        command.Add(impute._training.Config);
        command.Add(impute._training.Members);
        command.Add(impute._training.Rules);
        command.Add(impute._training.MaxTime);
        command.Add(impute._training.Engine);
        command.SetAction(impute.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        CommonOptions.RefuseBoth(
            parsed, _filling.Model, _training.Method, _training.Config, _training.Members, _training.Rules, _training.MaxTime,
            _training.Engine, _common.Categorical, _common.Numeric, _common.MergeVariants, _rewriteVariants);
        ImputationMode? mode = _filling.ModeOf(parsed);
        int? longDraws = parsed.GetValue(_long) ? _filling.DrawsOf(parsed) ?? throw new UsageException(
            "--long puts the draws of --draws into one file; --draws M was expected beside it.") : null;
        bool tellsIntervals = parsed.GetValue(_intervals);
        if (tellsIntervals && mode == ImputationMode.Draw)
            throw new UsageException("--intervals are about the best guess, and draws have none; --mode expectation was expected.");
        if (tellsIntervals)
            mode = ImputationMode.Expectation;
        PartFolder? folder = _shard.FolderOf(parsed, _filling.Model, "mldiffusion train IN.csv --model M.zip", out Shard shard);
        if (folder is not null)
            _filling.RefuseSeveral(parsed, _shard.Option);
        CommonOptions.RefuseBoth(parsed, _intervals, _shard.Option);
        string[] paths = folder is not null ? [folder.DataFile] : _filling.PathsOf(parsed, _common, longDraws is not null);

        var clock = Stopwatch.StartNew();
        Display display = _common.OpenDisplay(parsed, _error);
        DiffusionImputeEstimator.Options options = _training.Read(parsed, parsed.GetValue(_common.Seed));
        ImputationModel? model = parsed.GetValue(_filling.Model) is { } modelPath ? ImputationModelFile.Read(modelPath) : null;
        ImputationMethod method = model?.Transformer.Model.Method ?? options.Method.Registration;
        if (tellsIntervals && !method.Can(ImputationAbilities.Uncertainty))
            throw new InputException(
                $"The method {method.Name} cannot tell how sure it is, which --intervals ask for; another --method was expected.");
        bool isOnce = model is not null && longDraws is null;
        using CsvBlocks file = _common.OpenBlocks(parsed, display, _cancel, model?.FileColumns, isOnce);
        var rows = new RowsToFill(
            (parsed.GetValue(_firstRow) ?? 1) - 1,
            parsed.GetValue(_id),
            folder is null ? null : RowRange.Of(file.RowCount, shard.Number - 1, shard.Count));
        int firstDraw = _filling.FirstDrawOf(parsed);
        if (longDraws is not null && file.ColumnNames.FirstOrDefault(name => name is ".imp" or ".id") is { } taken)
            throw new InputException($"{file.Path} has a column '{taken}' already, which --long adds; another name was expected.");
        OutputFile[] outputs = [];
        PartRecord? record = null;
        try
        {
            (long Filled, long Left) cells = (0, 0);
            if (model is not null)
            {
                if (mode == ImputationMode.Draw && !model.Transformer.Model.CanDraw)
                {
                    throw new InputException(
                        $"The model {parsed.GetValue(_filling.Model)} was trained for best guesses alone, and cannot draw; train it with " +
                        "\"draws\": true in --config.");
                }

                ImputationMode asked = mode ?? model.Transformer.Mode;
                record = folder is null ? null : _shard.RecordOf(
                    parsed, file, file.RowCount, parsed.GetValue(_filling.Model), options.Seed!.Value, shard.Count, asked, firstDraw,
                    rows.FirstRow, rows.IdColumn);
                if (ShardOption.IsDone(folder, record?.Run, display))
                    return ExitCode.Done;

                ModelColumns columns = Find(file, parsed, model);
                outputs = OutputFile.CreateAll(paths);
                cells = Fill(
                    file, columns, model, asked, options.Seed!.Value, (rows, firstDraw), rewriter: null, outputs, display, longDraws,
                    tellsIntervals);
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
                    cells = Fill(file, Find(file, parsed, model), model, mode ?? options.Mode, options.Seed!.Value,
                        (rows, firstDraw), rewriter, outputs, display, longDraws, tellsIntervals);
                }
                else
                {
                    if (tellsIntervals)
                        display.Warn("Nothing is missing, so that --intervals add no columns.");
                    WriteAll(file, outputs, writers => Copy(file, rewriter, writers, longDraws));
                    cells = (0, table.Columns.Sum(column => column.Missing));
                }
            }

            _cancel.ThrowIfCancellationRequested();
            foreach (OutputFile output in outputs)
                output.Commit();
            folder?.Finish(record! with { FirstRow = rows.Part!.Value.First, RowCount = rows.Part.Value.Count });
            FillingOptions.Say(display, paths, cells.Filled, cells.Left, clock);
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
        string? path = parsed.GetValue(_filling.Model);
        IReadOnlyList<TableColumn> columns = model.Transformer.Model.Columns;
        return ModelColumns.Find(
            file, _common.MarksOf(parsed), columns,
            ModelColumns.WithoutRangesOfComputed(model.Formats, columns, model.Transformer.Relations), $"the model {path}",
            isOwn: path is null);
    }

    private (long Filled, long Left) Fill(
        CsvBlocks file, ModelColumns columns, ImputationModel model, ImputationMode mode, int seed, (RowsToFill Rows, int FirstDraw) what,
        VariantRewriter? rewriter, OutputFile[] outputs, Display display, int? longDraws, bool tellsIntervals)
    {
        if (!file.IsStream)
            columns.Warn(display);
        IntervalColumns? intervals = tellsIntervals ? IntervalsOf(file, columns, model, display) : null;
        (long Filled, long Left) cells = (0, 0);
        WriteAll(file, outputs, writers =>
        {
            if (what.Rows.Part is { } part)
            {
                // Every part begins as the file does, so that each is a table of its own.
                foreach (CsvWriter writer in writers)
                    writer.Write(output => file.Beginning.WriteHeader(output, isExact: part.Total == 0));
            }

            if (longDraws is null)
                cells = Fill(what.FirstDraw, imputation: null);
            for (int imputation = 1; imputation <= longDraws; imputation++)
                cells = Fill(imputation - 1, imputation);

            (long, long) Fill(int firstDraw, int? imputation) => model.Fill(
                file, columns, mode, seed, what.Rows, firstDraw, writers, display, _cancel, rewriter, imputation,
                intervals);
        });
        if (file.IsStream)
            columns.Warn(display);
        // Empty cells of other columns are counted in whole files.
        return (cells.Filled, cells.Left + (what.Rows.Part is null ? columns.EmptyOthers : 0));
    }

    private static IntervalColumns IntervalsOf(CsvBlocks file, ModelColumns columns, ImputationModel model, Display display)
    {
        var intervals = new IntervalColumns(columns.All, tellsCategories: true);
        if (intervals.Taken(file.ColumnNames) is { } taken)
            throw new InputException($"{file.Path} has a column '{taken}' already, which --intervals add; another name was expected.");
        if (!model.Transformer.Model.IsCalibrated)
            display.Warn("No cell could be held back in the training, so that nothing tells how sure the model is: the added columns are "
                + "empty.");
        return intervals;
    }

    private static void WriteAll(CsvBlocks file, OutputFile[] outputs, Action<CsvWriter[]> write)
    {
        CsvWriter[] writers = [.. outputs.Select(output => CsvWriter.To(output, file, isFilled: true))];
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

    private static void Copy(CsvBlocks file, VariantRewriter? rewriter, CsvWriter[] writers, int? longDraws)
    {
        for (int imputation = 1; imputation <= (longDraws ?? 1); imputation++)
        {
            int number = imputation;
            long first = 0;
            foreach (CsvDocument block in file.Read())
            {
                IEnumerable<CellEdit> edits = rewriter?.Edits(block) ?? [];
                long firstRow = first;
                foreach (CsvWriter writer in writers)
                    writer.Write(output => block.Write(output, edits, longDraws is null ? null : number, firstRow));
                first += block.RowCount;
            }
        }
    }
}
