using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.MultipleImputation;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion;

/// <summary>Trains one model of all its columns together, a diffusion model unless the options name another method, on rows as
/// incomplete as they come, and fills in what is missing in those and in new rows.</summary>
/// <remarks>
/// <para>To create this estimator, use
/// <see cref="DiffusionCatalog.DiffusionImpute(TransformsCatalog, string[])">DiffusionImpute</see>.</para>
/// <format type="text/markdown"><![CDATA[
/// ### Input and output columns
/// Any number of columns of these types, filled in under their own names or new ones. An output column has the type and the
/// annotations of its input column, save `IsNormalized`.
///
/// | Type | Missing | How it is modelled |
/// | -- | -- | -- |
/// | Single, Double | NaN | a number |
/// | Vector of Single or Double of a known size | NaN in a slot | every slot a number |
/// | Key | 0 | the keys that occur in training are the categories |
/// | Text | empty | the texts that occur in training are the categories |
///
/// Other columns of these types, and of whole numbers, Booleans, dates (DateTime, DateTimeOffset) and times (TimeSpan), can be named as
/// predictors: they are read and left as they are.
///
/// ### Roles
/// What a text or a whole number is, its values say (`InferRoles`), unless a person does (`Roles`). Dates, times and amounts are numbers to
/// the model and are filled in in the column's own spelling, dates in their range; codes and whole numbers beyond 2^53 are categories; keys,
/// addresses, names and free text are not learnt and stay as they are, with a warning.
///
/// ### Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | Single, Double, a known-sized vector of one of them, key, or text |
/// | Output column data type | The same as the data type in the input column |
/// | Does it need every row complete, or any? | No |
/// | Passes over the data while training | One |
/// | Memory while training | At most `MaxTrainingRows` rows: 20 to 35 bytes a cell at the peak; and 30 to 110 bytes a parameter of each
/// network in training (one a thread), 16 of each trained |
/// | Is one row's answer independent of the rows around it? | Yes: of the row alone, or for a draw of the row, its id and the seed |
/// | Exportable to ONNX | No |
///
/// What holds between columns in every training row, such as `start <= end`, `total = price * qty` or `city -> state`, is found, told to
/// the log, and used: a cell that the observed ones decide is computed, and other cells are filled in so that it holds.
///
/// A column of which no value was observed in training stays missing, with a warning in the log. An infinite number in the
/// training rows is refused. After training, an infinite number or a category that did not occur in training stays as it is, and
/// the model treats it as missing when it fills in the other columns of the row.
/// ]]></format>
/// </remarks>
public sealed partial class DiffusionImputeEstimator : IEstimator<DiffusionImputeTransformer>
{
    // Random sequences that neither the training nor the draws use: theirs are numbered from 0.
    private const ulong RowStream = ulong.MaxValue, SampleStream = ulong.MaxValue - 1;

    private readonly IHost _host;
    private readonly InputOutputColumnPair[] _columns;
    private readonly string[] _read;
    private readonly Options _options;

    internal DiffusionImputeEstimator(IHostEnvironment environment, InputOutputColumnPair[] columns, Options? options)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _options = (options ?? new Options()).Copy();
        _options.Validate();
        RefuseBadNames(columns);
        _host = environment.Register("DiffusionImpute");
        _columns = [.. columns];
        _read = [.. columns.Select(column => column.InputColumnName).Concat(_options.PredictorColumns).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Trains the model.</summary>
    /// <param name="input">The rows to learn from, at least one and of any number; read once.</param>
    /// <returns>The trained transformer.</returns>
    /// <exception cref="ArgumentException">A column is not there, or no value of its type can be missing.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a number is infinite.</exception>
    /// <exception cref="InvalidOperationException">The engine or the GPU that the options ask for is not there.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public DiffusionImputeTransformer Fit(IDataView input) => FitSeveral(input, models: 1, drawsOnly: false)[0];

    /// <summary>Trains several models, each on its own <see cref="Bootstrap">sample</see> of the rows, or one on the rows as they
    /// are.</summary>
    /// <param name="input">The rows to learn from.</param>
    /// <param name="models">How many.</param>
    /// <param name="drawsOnly">Whether what the options leave open is chosen for draws alone.</param>
    internal DiffusionImputeTransformer[] FitSeveral(IDataView input, int models, bool drawsOnly)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column[] sources = [.. _read.Select(name =>
            input.Schema.GetColumnOrNull(name) ?? throw NoSuchColumn(name, ColumnRefusal.Visible(input.Schema)))];
        ulong seed = (uint)(_options.Seed ?? HostAccess.SeedOf(_host) ?? Random.Shared.Next());

        using IChannel channel = _host.Start("Training");
        ImputerOptions method = drawsOnly ? _options.Method.ForDraws() : _options.Method.Copy();
        if (method is ConditionalOptions conditional && _options.Mode == ImputationMode.Draw)
            conditional.Draws ??= true;
        if (method is DiffusionImputerOptions diffusion)
        {
            (diffusion.GpuDeviceId, diffusion.FallbackToCpu) =
                TrainingEngine.Announce(_host, channel, diffusion.Engine, diffusion.GpuDeviceId, diffusion.FallbackToCpu);
        }

        using var cancellation = new Cancellation(_host, _options.CancellationToken);
        ViewColumn[] columns = [.. sources.Select(source => IsFilled(source.Name) ? ViewColumn.Of(source) : ViewColumn.ToPredictFrom(source))];
        ColumnRefusal.CheckRoles(_options.Roles, input.Schema);
        TrainingTable read = TableReader.ReadAll(input, sources, columns, Reading(seed), new ChannelLog(channel), cancellation.Token);
        (CompactTable rows, columns) = (read.Table, read.Columns);
        // What is limited is all that comes after the reading.
        TimeSpan? most = method.MaxTrainingTime;
        var watch = Stopwatch.StartNew();
        rows.RefuseNoRows();
        if (rows.Columns.Count == 0)
            throw ColumnRefusal.Of("There is no column to learn from: every one is a key, or describes one row.");
        foreach (string warning in NothingMissing.Warnings(columns, IsFilled, rows))
            channel.Warning(MessageSensitivity.Schema, "{0}", warning);
        RelationSet relations = FoundRelations.In(rows, _options.Rules, _options.FindRelations, channel, most, cancellation.Token);
        channel.Info(MessageSensitivity.None, "Training on {0} rows of {1} columns.", rows.RowCount, rows.Columns.Count);
        var log = new TrainingLog(channel, _options.Progress);
        var samples = new Philox(seed, SampleStream);
        var trained = new DiffusionImputeTransformer[models];
        for (int i = 0; i < models; i++)
        {
            ulong own = models > 1 ? samples.Fork((ulong)i).Seed : seed;
            method.Seed = own;
            method.MaxTrainingTime = TimeLimit.OfNext(most, watch.Elapsed, models - i);
            var part = new PartialProgress(log, i, models, watch);
            TableImputer model = models > 1
                ? method.Registration.Train(Bootstrap.Sample(rows, own), method, part, cancellation.Token)
                : method.Registration.Train(rows, method, part, cancellation.Token);
            if (_options.UncertaintyColumns && !model.IsCalibrated)
                channel.Warning(MessageSensitivity.None, "No cell could be held back, so that nothing tells how sure the model is: the columns for it are NaN where a value was missing.");
            double? coverage = _options.UncertaintyColumns ? _options.IntervalCoverage : null;
            var settings = new DiffusionImputeTransformer.Settings(
                _columns, columns, _options.Mode, seed, Draw: 0, coverage, _options.AddIndicators, read.Roles);
            trained[i] = new DiffusionImputeTransformer(settings, model, relations);
        }

        return trained;
    }

    private ReadingSettings Reading(ulong seed)
    {
        var roles = new RolePolicy(_options.Roles, _options.InferRoles) { TellsIntervals = _options.UncertaintyColumns };
        return new ReadingSettings(_options.MaxTrainingRows, _options.MaxCategories, new Philox(seed, RowStream), roles);
    }

    /// <summary>The columns that a view will have after <see cref="Fit"/>, if it has those of <paramref name="inputSchema"/>
    /// before.</summary>
    /// <param name="inputSchema">The columns before.</param>
    /// <exception cref="ArgumentException">A column is not there, or no value of its type can be missing.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var columns = inputSchema.ToDictionary(column => column.Name, StringComparer.Ordinal);
        foreach (string name in _read)
        {
            if (!columns.TryGetValue(name, out SchemaShape.Column column))
                throw NoSuchColumn(name, inputSchema.Select(each => each.Name));
            if (IsFilled(name) && !ColumnTypes.IsSupported(column))
                throw new ArgumentException(ColumnTypes.Refusal(name, ColumnTypes.Describe(column)), nameof(inputSchema));
            if (!ColumnTypes.CanBeGenerated(column))
                throw new ArgumentException(ColumnTypes.PredictorRefusal(name, ColumnTypes.Describe(column)), nameof(inputSchema));
        }

        SchemaShape.Column[] filled = [.. _columns.Select(pair => SchemaShapeAccess.Column(
            pair.OutputColumnName,
            columns[pair.InputColumnName],
            columns[pair.InputColumnName].Annotations.Where(annotation => ImputeMapper.CarriesOver(annotation.Name))))];
        IEnumerable<SchemaShape.Column> uncertainties = _options.UncertaintyColumns ? filled.SelectMany(Uncertainties) : [];
        IEnumerable<SchemaShape.Column> indicators = _options.AddIndicators ? filled.Select(Indicator) : [];
        foreach (SchemaShape.Column column in filled.Concat(uncertainties).Concat(indicators))
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    private static IEnumerable<SchemaShape.Column> Uncertainties(SchemaShape.Column filled)
    {
        bool isCategory = filled.IsKey || filled.ItemType is TextDataViewType;
        IEnumerable<SchemaShape.Column> annotations = filled.Annotations.Where(annotation => !isCategory && annotation.Name == "SlotNames");
        return Uncertainty.Of(isCategory).Select(uncertainty => SchemaShapeAccess.Column(
            uncertainty.NameFor(filled.Name), filled.Kind, isCategory ? NumberDataViewType.Single : filled.ItemType, annotations));
    }

    private static SchemaShape.Column Indicator(SchemaShape.Column filled) => SchemaShapeAccess.Column(
        MissingIndicator.NameFor(filled.Name),
        filled.Kind,
        BooleanDataViewType.Instance,
        filled.Annotations.Where(annotation => annotation.Name == "SlotNames"));

    private static void RefuseBadNames(InputOutputColumnPair[] columns)
    {
        if (columns.Length == 0)
            throw new ArgumentException("There is no column to fill in: name at least one.", nameof(columns));
        HashSet<string> outputs = new(StringComparer.Ordinal);
        foreach (InputOutputColumnPair column in columns)
        {
            ArgumentNullException.ThrowIfNull(column, nameof(columns));
            if (!outputs.Add(column.OutputColumnName))
                throw new ArgumentException($"Column '{column.OutputColumnName}' would be made twice.", nameof(columns));
        }
    }

    private bool IsFilled(string name) => Array.Exists(_columns, column => column.InputColumnName == name);

    private ArgumentException NoSuchColumn(string name, IEnumerable<string> known)
    {
        string sentence = ColumnRefusal.UnknownSentence(name, known);
        bool looksLikeOutput = _columns.Length == 2 && _columns[0].InputColumnName == name && _options.PredictorColumns.Length == 0;
        return ColumnRefusal.Of(looksLikeOutput
            ? $"{sentence} If it is to be the filled-in '{_columns[1].InputColumnName}', write DiffusionImpute(outputColumnName: \"{name}\", inputColumnName: \"{_columns[1].InputColumnName}\", options: null)."
            : sentence);
    }
}
