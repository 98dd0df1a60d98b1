using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Commands;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Terminal;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion.Tool.Imputation;

/// <summary>A trained transformer, and how the columns that it was trained on write their numbers.</summary>
/// <param name="Transformer">The transformer.</param>
/// <param name="Schema">The columns that it was trained on.</param>
/// <param name="Formats">How columns write numbers, by name; may lack some.</param>
/// <param name="FileColumns">Names of all columns of the file that it was trained on, in their order.</param>
internal sealed record ImputationModel(
    DiffusionImputeTransformer Transformer, DataViewSchema Schema, IReadOnlyDictionary<string, CellFormat> Formats,
    IReadOnlyList<string> FileColumns)
{
    // Where the model was not told another.
    private const double DefaultCoverage = 0.9;

    /// <summary>Trains on the rows of a file.</summary>
    /// <exception cref="InputException">There is nothing to learn from.</exception>
    public static ImputationModel Train(BlockTable table, DiffusionImputeEstimator.Options options, Display display,
        CancellationToken cancel)
    {
        string path = table.Path;
        if (table.RowCount == 0)
            throw new InputException($"{path} has a header and no rows; at least one was expected to learn from.");
        foreach (string predictor in options.PredictorColumns)
        {
            if (!table.UsedColumns.Any(c => c.Name == predictor))
                throw new InputException($"{path} has no column '{predictor}' to learn from, which PredictorColumns "
                    + $"names{NearNames.Ask(predictor, table.UsedColumns.Select(c => c.Name))}");
        }

        InputOutputColumnPair[] columns = [.. Targets(table, options).Select(c => new InputOutputColumnPair(c.Name))];
        if (columns.Length == 0)
            throw new InputException($"{path} has no column of numbers or categories to learn from.");
        if (options.Method is DiffusionImputerOptions diffusion)
            EngineOption.Announce(diffusion.Engine, diffusion.GpuDeviceId, diffusion.FallbackToCpu, display);
        // The options alone say whether the processor may compute instead of a GPU.
        var ml = new MLContext(options.Seed) { FallbackToCpu = true };
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                display.Warn(message.RawMessage);
        };
        IDataView view = table.ToView();
        options.CancellationToken = cancel;
        try
        {
            DiffusionImputeTransformer transformer = display.Run("Training", progress =>
            {
                options.Progress = new TrainingReport(display, progress);
                return ml.Transforms.DiffusionImpute(columns, options).Fit(view);
            });
            return new ImputationModel(transformer, view.Schema, table.Formats, table.File.ColumnNames);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException)
        {
            throw new InputException($"{path} cannot be learnt from: {Sentence(e)}", e);
        }
    }

    /// <summary>The columns that a model of a file fills in.</summary>
    public static IEnumerable<ColumnFinding> Targets(BlockTable table, DiffusionImputeEstimator.Options options) =>
        table.UsedColumns.Where(c => !options.PredictorColumns.Contains(c.Name, StringComparer.Ordinal));

    /// <summary>Fills the missing cells of a file block by block.</summary>
    /// <param name="file">The file.</param>
    /// <param name="columns">The model's columns in it.</param>
    /// <param name="mode">Best single guess, or draws.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="rows">Which rows are filled in, and what their draws depend on.</param>
    /// <param name="firstDraw">The number of the first draw, from 0.</param>
    /// <param name="outputs">One writer a draw.</param>
    /// <param name="display">Shows the progress.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    /// <param name="rewriter">What else changes; null for nothing.</param>
    /// <param name="intervals">The columns that tell how sure the filled-in cells are; null for none.</param>
    /// <param name="longForm">The number of the imputation, from 1, whose rows the one writer takes in long form; null to write each draw
    /// into a file of its own.</param>
    /// <returns>How many cells were filled in each output, and how many more cells of the model's columns were missing.</returns>
    public (long Filled, long Left) Fill(
        CsvBlocks file,
        ModelColumns columns,
        ImputationMode mode,
        int seed,
        RowsToFill rows,
        int firstDraw,
        IReadOnlyList<CsvWriter> outputs,
        Display display,
        CancellationToken cancel,
        VariantRewriter? rewriter = null,
        int? longForm = null,
        IntervalColumns? intervals = null)
    {
        var filler = new BlockFiller(
            columns,
            [.. Transformer.Columns.Select(pair => pair.InputColumnName)],
            [.. outputs.Select((_, draw) => Completing(Transformer.WithMode(mode, firstDraw + draw, seed)))],
            Transformer.Relations,
            rows,
            rewriter)
        {
            LongForm = longForm,
            Intervals = intervals is null ? null
                : new RowIntervals(Transformer, columns, intervals, Transformer.Coverage ?? DefaultCoverage),
        };
        (long, long) cells = display.Run("Filling in", progress =>
        {
            var clock = Stopwatch.StartNew();
            return filler.Fill(
                file, outputs, new Reporter<double>(done => progress.Report(StageProgress.Linear(done, clock.Elapsed))), cancel);
        });
        if (filler.BrokenRows > 0)
        {
            display.Warn($"{filler.BrokenRows} of the rows with filled-in cells break a relation that holds in the training rows: their " +
                "observed cells leave no way to satisfy it, or none was found.");
        }

        return cells;
    }

    private static Action<Table, ulong[], CancellationToken> Completing(DiffusionImputeTransformer transformer) =>
        (rows, ids, cancel) => transformer.Complete(rows, ids, cancel);

    /// <summary>What an exception says, on one line and without the parameter's name that .NET puts behind it.</summary>
    public static string Sentence(Exception e)
    {
        string line = e.Message.Split('\n')[0].TrimEnd('\r');
        return e is ArgumentException { ParamName: { } name }
            ? line.Replace($" (Parameter '{name}')", string.Empty, StringComparison.Ordinal) : line;
    }

    private sealed class Reporter<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
