using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion;

/// <summary>Adds synthetic rows for the estimators behind it in a chain to be trained on, made by a diffusion model of the rows that come
/// in; afterwards it adds nothing.</summary>
/// <remarks>
/// <para>To create this estimator, use
/// <see cref="DiffusionCatalog.DiffusionAugment(TransformsCatalog, long?, string, Options)">DiffusionAugment</see>.</para>
/// <para>Only the <c>Fit</c> of the chain that it is in adds rows. Scoring, evaluation, PredictionEngine and a saved model see a
/// transformer
/// that passes rows on as they are, even where the label is not there; cross-validation adds rows made from the training rows of each
/// fold. Put it behind what fills in missing values and before what makes features: every column of the rows that come in
/// is made, a vector slot by slot. A chain within a chain, such as one held in a variable of type <c>IEstimator</c> and appended
/// to, adds rows for its own members alone: where none of them reads them a warning says so.</para>
/// <format type="text/markdown"><![CDATA[
/// ### Columns
/// | Type | In a synthetic row |
/// | -- | -- |
/// | Single, Double, whole numbers, known-sized vector of Single or Double, key, text, Boolean | made by the model; missing as often as
/// in real rows, but for the label (`MaskedOptions.KeepMissing`) |
/// | ignored, hidden, or not among `Columns` | missing: NaN, the key 0, the empty text; otherwise zero, False, the type's default |
/// | any other | refused, unless ignored |
///
/// A synthetic row's id never is that of a real row or of one added elsewhere in the chain.
///
/// ### Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | As above |
/// | Output column data type | The same; a column of weights is added on request |
/// | Passes over the data while training | One; two to balance labels of more rows than `MaxTrainingRows` |
/// | What the saved model holds of the training rows | Nothing |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed partial class DiffusionAugmentEstimator : IEstimator<DiffusionAugmentTransformer>
{
    private readonly IHost _host;
    private readonly long? _rowCount;
    private readonly string? _label;
    private readonly Options _options;
    private readonly GeneratedColumns _columns;
    private readonly DiffusionSynthesizeEstimator _synthesize;

    internal DiffusionAugmentEstimator(IHostEnvironment environment, long? rowCount, string? label, Options? options)
    {
        if (rowCount is { } count)
            ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(rowCount));
        _options = (Options)(options ?? new Options()).Copy();
        _options.Validate();
        _options.Validate(rowCount, label);
        _host = environment.Register("DiffusionAugment");
        _rowCount = rowCount ?? _options.RowsPerLabel?.Sum(rows => (long)rows.Value);
        _label = label;
        _columns = new GeneratedColumns(_options, label, _options.WeightColumnName);
        _synthesize = new DiffusionSynthesizeEstimator(environment, label, _options, _options.WeightColumnName);
    }

    /// <summary>Trains the model of the rows.</summary>
    /// <param name="input">The rows to learn from, at least one and of any number.</param>
    /// <returns>A transformer that passes rows on as they are, save while the rest of its chain is trained.</returns>
    /// <exception cref="ArgumentException">A column is not there, no values of its type can be made, or the label is not what the options
    /// need.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a number is infinite.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public DiffusionAugmentTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // A weight of another type is refused before the training, which takes a while.
        _ = new AugmentMapper(input.Schema, _options.WeightColumnName);
        if (_rowCount == 0 && !_options.SyntheticOnly)
        {
            _columns.In(input.Schema);
            return new DiffusionAugmentTransformer(_options.WeightColumnName, source: null, model: null);
        }

        LabelCounts? labels = null;
        ulong ids = 0;
        int? label = null;
        DiffusionSynthesizeTransformer model = _synthesize.Fit(
            input, training => (labels, label, ids) = (Labels(training, input), training.Label, IdsOf(training)));
        SyntheticRows rows = model.Make(labels!, label, _options.CancellationToken);
        var source = new SyntheticSource(model.ViewColumns, rows, ids, _options.SyntheticWeight, _options.SyntheticOnly);
        return new DiffusionAugmentTransformer(_options.WeightColumnName, source, model, Warn);
    }

    /// <summary>The columns that a view will have: those it has, and that of weights where one is asked for.</summary>
    /// <param name="inputSchema">The columns before.</param>
    /// <exception cref="ArgumentException">A column is not there, or no values of its type can be made.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _columns.Check(inputSchema);
        if (_options.WeightColumnName is not { } weight || inputSchema.Any(column => column.Name == weight))
            return inputSchema;
        return new SchemaShape(inputSchema.Append(
            SchemaShapeAccess.Column(weight, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, [])));
    }

    private void Warn(string warning)
    {
        using IChannel channel = _host.Start("Augmentation");
        channel.Warning(MessageSensitivity.None, "{0}", warning);
    }

    private LabelCounts Labels(TrainingRows rows, IDataView input)
    {
        if (!_options.Balance && _options.RowsPerLabel is null)
            return LabelCounts.Any(_rowCount ?? rows.Seen);
        if (rows.Label is not int label || rows.Table.Columns[label].Kind != ColumnKind.Categorical)
            throw new ArgumentException(
                $"The label '{_label}' is {ColumnTypes.Describe(input.Schema[_label!].Type)}; to choose how many rows each label has, it " +
                "must be a Boolean, a key or a text.",
                nameof(input));
        long[] counts = CountLabels(rows, label, input);
        if (_options.RowsPerLabel is { } wanted)
            return Given(Wanted(wanted, rows.Table.Columns[label], counts));
        long[] present = _options.SyntheticOnly ? new long[counts.Length] : counts;
        bool[] isClass = [.. counts.Select(count => count > 0)];
        long added = _rowCount ?? present.Where((_, code) => isClass[code]).Sum(count => counts.Max() - count);
        return Given(LabelCounts.Balance(present, isClass, added));

        LabelCounts Given(long[] shares)
        {
            for (int code = 0; code < shares.Length; code++)
            {
                if (counts[code] == 1 && shares[code] > 0)
                    Warn($"One row alone has '{rows.Table.Columns[label].Categories[code]}' in column '{_label}', which does not show how " +
                        $"rows of that label differ: {_options.Method.Registration.OfOneRow}.");
            }

            return LabelCounts.OfCounts(label, shares);
        }
    }

    /// <summary>How many rows of the view have each label; those that were not kept count too.</summary>
    private long[] CountLabels(TrainingRows rows, int label, IDataView input)
    {
        long[] counts = new long[rows.Table.Columns[label].Categories.Count];
        if (rows.Seen == rows.Table.RowCount)
        {
            for (int row = 0; row < rows.Table.RowCount; row++)
                Count(rows.Table[row, label]);
            return counts;
        }

        DataViewSchema.Column source = input.Schema[_label!];
        using DataViewRowCursor cursor = input.GetRowCursor([source]);
        var reader = new TableReader([rows.ViewColumns.Single(column => column.Name == _label)], [source], cursor);
        double[] cell = new double[1];
        while (cursor.MoveNext())
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            reader.Read(cell);
            Count(cell[0]);
        }

        return counts;

        void Count(double code)
        {
            if (code >= 0)
                counts[(int)code]++;
        }
    }

    private static long[] Wanted(IReadOnlyDictionary<string, int> wanted, TableColumn label, long[] counts)
    {
        long[] rows = new long[counts.Length];
        foreach ((string name, int count) in wanted)
        {
            int code = label.Categories.ToList().IndexOf(name);
            if (code < 0 || counts[code] == 0)
                throw new ArgumentException($"RowsPerLabel names '{name}', and no row has that in column '{label.Name}'.", nameof(wanted));
            rows[code] = count;
        }

        return rows;
    }

    /// <summary>The upper half of the ids of the added rows: a hash that another estimator of the same chain does not come to, since it
    /// sees
    /// other rows.</summary>
    private static ulong IdsOf(TrainingRows rows) =>
        new DataViewRowId(rows.FirstId.Low, rows.FirstId.High).Combine(new DataViewRowId((ulong)rows.Seen, 0x53594E5448455449)).High | 1UL << 63;
}
