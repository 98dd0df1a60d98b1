using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Series.Views;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion;

/// <summary>Learns from time series with holes and fills them in, those it learned from and new ones.</summary>
/// <remarks>
/// <para>To create this estimator, use
/// <see cref="DiffusionSeriesCatalog.DiffusionImputeSeries(TransformsCatalog, string[], string, string, Options)">
/// DiffusionImputeSeries</see>.</para>
/// <format type="text/markdown"><![CDATA[
/// ### How series lie in a view
///
/// | | One row is a step | One row is a series |
/// | -- | -- | -- |
/// | Variables | Single or Double (NaN is missing), texts or keys | Vectors of Single or Double, of a known or unknown size |
/// | Order column | Number, DateTime or DateTimeOffset; needed | A vector of the same length, or none: steps are one apart |
/// | Group column | Text, key or number that names the series; none for one long series | none |
/// | Rows | In any order; they come out in the same | Each by itself |
/// | Reads the whole view to fill a row | Yes, once, when a filled-in value is first asked for; filled rows stay in memory | No |
///
/// Steps may be any distance apart, and real distances count; no rows are added. A row without a time, a row without a group, or two rows
/// of the same group and time are refused with a sentence that names the rows.
///
/// Where one row is a step, `CrossValidate` and `TrainTestSplit` tear series apart unless they are given `samplingKeyColumnName`; use
/// `ml.Data.TrainTestSplitBySeries`. A `PredictionEngine` sees one row, a series of one step: use `model.CreateSeriesEngine` to give it
/// the others.
///
/// ### Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | Single, Double, text or key, or vectors of Single or Double |
/// | Output column data type | The same as the data type in the input column |
/// | Passes over the data while training | One |
/// | Is one series' answer independent of the series around it? | Yes |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed partial class DiffusionImputeSeriesEstimator : IEstimator<DiffusionImputeSeriesTransformer>
{
    private readonly IHost _host;
    private readonly SeriesLayout _layout;
    private readonly Options _options;

    internal DiffusionImputeSeriesEstimator(
        IHostEnvironment environment, InputOutputColumnPair[] columns, string? group, string? order, Options? options)
    {
        ArgumentNullException.ThrowIfNull(columns);
        foreach (InputOutputColumnPair column in columns)
            ArgumentNullException.ThrowIfNull(column, nameof(columns));
        _options = (options ?? new Options()).Copy();
        _options.Validate();
        _layout = new SeriesLayout([.. columns], group, order, _options.StaticColumns);
        _layout.RefuseBadNames();
        _host = environment.Register("DiffusionImputeSeries");
    }

    /// <summary>Trains the model.</summary>
    /// <param name="input">The series to learn from; read once.</param>
    /// <returns>The trained transformer.</returns>
    /// <exception cref="ArgumentException">A column is not there, or is not of a type that series are made of.</exception>
    /// <exception cref="InvalidDataException">There are no rows, a row has no time or no series, two rows are of the same series and time,
    /// or a number is infinite.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public DiffusionImputeSeriesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var sources = SeriesSources.Find(_layout, input.Schema);
        ulong seed = (uint)(_options.Seed ?? HostAccess.SeedOf(_host) ?? Random.Shared.Next());
        using IChannel channel = _host.Start("Training");
        using var cancellation = new Cancellation(_host, _options.CancellationToken);
        SeriesTable table = SeriesTables.Read(input, sources, _options.Direction, cancellation.Token);
        long steps = table.Items.Sum(series => (long)series.Length);
        if (steps == 0)
            throw new InvalidDataException("There are no rows to learn from.");
        channel.Info(
            MessageSensitivity.None, "Training on {0} series of {1} variables, {2} steps.", table.Items.Count, table.Variables, steps);
        if (table.Items.All(series => !series.Cells.Any(double.IsNaN)))
        {
            channel.Warning(MessageSensitivity.None, "No value is missing in the training rows. If they come from a text file with empty " +
                "cells, load it with TextLoader.Options.MissingRealsAsNaNs = true: without it an empty cell is read as 0.");
        }
        SeriesImputerOptions method = _options.TrainedWith(seed);
        if (method is SeriesNetworkOptions network)
        {
            (network.GpuDeviceId, network.FallbackToCpu) =
                TrainingEngine.Announce(_host, channel, network.Engine, network.GpuDeviceId, network.FallbackToCpu);
        }
        int[] counts = [.. sources.Categories.Select(categories => categories?.CategoryCount ?? 0)];
        SeriesImputer imputer = CategoryImputer.Train(
            table, counts, method, new TrainingLog(channel, _options.Progress), cancellation.Token);
        if (_options.UncertaintyColumns && !imputer.HasUncertainty)
        {
            channel.Warning(
                MessageSensitivity.None, "The model cannot tell how sure it is: the columns for it are NaN where a value was missing.");
        }
        double? coverage = _options.UncertaintyColumns ? _options.Coverage : null;
        var filler = new SeriesFiller(imputer, _options.Mode, seed, Draw: 0, coverage, _options.MaxGap);
        return new DiffusionImputeSeriesTransformer(_host, _layout, sources.Categories, sources.Form, filler);
    }

    /// <summary>The columns that a view will have after <see cref="Fit"/>, if it has those of <paramref name="inputSchema"/>
    /// before.</summary>
    /// <param name="inputSchema">The columns before.</param>
    /// <exception cref="ArgumentException">A column is not there, or is not of a type that series are made of.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var columns = inputSchema.ToDictionary(column => column.Name, StringComparer.Ordinal);
        _layout.Check(
            name => columns.TryGetValue(name, out SchemaShape.Column column) ? ColumnShape.Of(column) : null,
            inputSchema.Select(column => column.Name));
        SchemaShape.Column[] filled = [.. _layout.Columns.Select(pair => SchemaShapeAccess.Column(
            pair.OutputColumnName,
            columns[pair.InputColumnName],
            columns[pair.InputColumnName].Annotations.Where(annotation => ImputeMapper.CarriesOver(annotation.Name))))];
        foreach (SchemaShape.Column column in filled.Concat(
            _options.UncertaintyColumns ? filled.Where(column => !ColumnShape.Of(column).IsCategory).SelectMany(Uncertainties) : []))
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    private static IEnumerable<SchemaShape.Column> Uncertainties(SchemaShape.Column filled) =>
        Uncertainty.Of(isCategory: false).Select(uncertainty => SchemaShapeAccess.Column(
            uncertainty.NameFor(filled.Name), filled, filled.Annotations.Where(annotation => annotation.Name == "SlotNames")));
}
