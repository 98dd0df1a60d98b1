using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Series.Views;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Commands;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Terminal;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion.Tool.Series;

/// <summary>A trained transformer of series, what goes before it, and how the columns that it was trained on write their numbers.</summary>
/// <param name="Chain">All of it: categories of whole series become numbers first.</param>
/// <param name="Schema">The columns that it was trained on.</param>
/// <param name="Formats">How columns write numbers, by name; may lack some.</param>
internal sealed record SeriesModel(ITransformer Chain, DataViewSchema Schema, IReadOnlyDictionary<string, CellFormat> Formats)
{
    private readonly ITransformer[] _stages = Chain is IEnumerable<ITransformer> several ? [.. several] : [Chain];

    /// <summary>What fills; null where nothing does.</summary>
    public DiffusionImputeSeriesTransformer? Transformer => _stages.OfType<DiffusionImputeSeriesTransformer>().FirstOrDefault();

    /// <summary>The categories that variables are filled with, by the names of their columns; variables of numbers are not there.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Categories => Transformer!.Columns.Index()
        .Where(pair => Transformer.Categories[pair.Index] is not null)
        .ToDictionary(
            pair => pair.Item.InputColumnName,
            pair => Transformer.Categories[pair.Index]!.TableColumns.Single().Categories,
            StringComparer.Ordinal);

    /// <summary>Trains on the rows of a file.</summary>
    /// <exception cref="InputException">There is nothing to learn from, or a row belongs to no series.</exception>
    public static SeriesModel Train(
        CsvBlocks file,
        SeriesChoice choice,
        DiffusionImputeSeriesEstimator.Options options,
        Display display,
        CancellationToken cancel)
    {
        if (options.Method is SeriesNetworkOptions network)
            EngineOption.Announce(network.Engine, network.GpuDeviceId, network.FallbackToCpu, display);
        // The options alone say whether the processor may compute instead of a GPU.
        var ml = new MLContext(options.Seed) { FallbackToCpu = true };
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                display.Warn(message.RawMessage);
        };
        IDataView view = choice.View;
        options.CancellationToken = cancel;
        options.StaticColumns = choice.Statics;
        InputOutputColumnPair[] categories = [.. choice.Statics
            .Where(name => view.Schema[name].Type is TextDataViewType).Select(name => new InputOutputColumnPair(name))];
        return Guarded(file, "cannot be learnt from", () => display.Run("Training", progress =>
        {
            options.Progress = new TrainingReport(display, progress);
            IEstimator<ITransformer> series = ml.Transforms.DiffusionImputeSeries(choice.Variables, choice.Group, choice.Order, options);
            IEstimator<ITransformer> all = categories.Length == 0
                ? series : ml.Transforms.Categorical.OneHotEncoding(categories).Append(series);
            return new SeriesModel(all.Fit(view), view.Schema, choice.Formats);
        }));
    }

    /// <summary>All rows of a file, filled.</summary>
    /// <param name="file">The file.</param>
    /// <param name="columns">The model's columns in it.</param>
    /// <param name="filler">Fills.</param>
    /// <param name="tellsUncertainty">Whether it is asked how sure cells are.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="InputException">A row belongs to no series.</exception>
    public FilledRows Complete(
        CsvBlocks file, SeriesColumns columns, SeriesFiller filler, bool tellsUncertainty, CancellationToken cancel) =>
        Guarded(file, "cannot be filled in", () =>
        {
            IDataView view = columns.ToView();
            foreach (ITransformer stage in _stages.TakeWhile(stage => stage is not DiffusionImputeSeriesTransformer))
                view = stage.Transform(view);
            SeriesSources sources = SeriesSources.Find(Transformer!.Layout, view.Schema, Transformer.Categories);
            return new FilledRows(view, sources, filler, tellsUncertainty, cancel);
        });

    /// <summary>Does some work on rows; a row that makes no series is refused with its line.</summary>
    public static T Guarded<T>(CsvBlocks file, string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (InvalidDataException e) when (BadRow.In(e) is { } bad)
        {
            string reason = bad.Other is { } other
                ? $"is of the same series and time as line {LineOf(file, other)}; one row for a time was expected, and --group where " +
                    "rows belong to several series"
                : bad.Reason;
            throw new InputException($"{file.Path}, line {LineOf(file, bad.Row)}: the row {reason}.", e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException)
        {
            throw new InputException($"{file.Path} {what}: {ImputationModel.Sentence(e)}", e);
        }
    }

    private static long LineOf(CsvBlocks file, long row)
    {
        long first = 0;
        foreach (CsvDocument block in file.Read())
        {
            if (row < first + block.RowCount)
                return block.LineOf((int)(row - first));
            first += block.RowCount;
        }

        return 0;
    }
}
