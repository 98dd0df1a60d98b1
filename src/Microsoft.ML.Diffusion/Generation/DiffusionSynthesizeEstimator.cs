using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion;

/// <summary>Trains one diffusion model of whole rows, on rows as incomplete as they come, that makes new rows like them.</summary>
/// <remarks>
/// <para>To create this estimator, use
/// <see cref="DiffusionCatalog.DiffusionSynthesize(TransformsCatalog, string, Options)">DiffusionSynthesize</see>.</para>
/// <format type="text/markdown"><![CDATA[
/// ### Columns
/// | Type | Missing | How it is modelled |
/// | -- | -- | -- |
/// | Single, Double | NaN | a number |
/// | Vector of Single or Double of a known size, sparse or dense | NaN in a slot | every slot a number; comes back sparse where most are
/// 0 |
/// | SByte to UInt64 | never | a number that is rounded |
/// | Boolean | never | a category |
/// | DateTime, DateTimeOffset, TimeSpan | never | days or seconds; made in the training values' units, range and days of the week |
/// | Key | 0 | the keys that occur in training are the categories |
/// | Text | empty | the texts that occur in training are the categories |
///
/// A view with a column of another type is refused, unless the column is ignored. Masked diffusion, the default, makes rows with missing
/// cells as often and together as in the training rows, unless `MaskedOptions.KeepMissing` is false or `RowConditions.Complete` is asked
/// for; the other methods make complete rows.
///
/// ### Roles
/// What a text or a whole number is, its values say (`InferRoles`), unless a person does (`Roles`):
///
/// | Role | What is made of it |
/// | -- | -- |
/// | date, timestamp, time, duration, amount | learnt as a number, made in the column's own spelling, dates in their range |
/// | code; whole numbers beyond 2^53 | categories: only values that occur |
/// | key, of texts or whole numbers | not learnt; new in every row, or left empty (`Keys`) |
/// | e-mail address, telephone number, name, free text | not learnt; left empty with a warning, or invented (`PersonalTexts`) |
///
/// A column that `Columns` or the label names is learnt whatever it looks like. What holds between columns in every training row, such as
/// `start <= end`, `total = price * qty` or `city -> state`, is found, told to the log, and holds in the rows made.
///
/// ### Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | As above |
/// | Output column data type | The same: as a transformer it passes rows on as they are |
/// | Does it need every row complete, or any? | No |
/// | Passes over the data while training | One |
/// | Memory while training | At most `MaxTrainingRows` rows; with MedDiff 1 to 8 bytes a cell, and one bit more for a zero or one |
/// | Is one synthetic row independent of the others? | Yes: a function of the seed and its number |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed partial class DiffusionSynthesizeEstimator : IEstimator<DiffusionSynthesizeTransformer>
{
    // A random sequence that the training does not use: its own are numbered from 0.
    private const ulong RowStream = ulong.MaxValue;

    private readonly IHost _host;
    private readonly GeneratedColumns _columns;
    private readonly string? _label;
    private readonly Options _options;

    internal DiffusionSynthesizeEstimator(IHostEnvironment environment, string? label, Options? options, string? weight = null)
    {
        _options = (options ?? new Options()).Copy();
        _options.Validate();
        if (PrivateTraining.Is(_options))
            PrivateTraining.Restrict(_options);
        _host = environment.Register("DiffusionSynthesize");
        _label = label;
        _columns = new GeneratedColumns(_options, label, weight);
    }

    /// <summary>Trains the model.</summary>
    /// <param name="input">The rows to learn from, at least one and of any number; read once.</param>
    /// <returns>What makes new rows.</returns>
    /// <exception cref="ArgumentException">A column is not there, or no values of its type can be made.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a number is infinite.</exception>
    /// <exception cref="InvalidOperationException">The engine or the GPU that the options ask for is not there.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    /// <exception cref="CheckpointException">The checkpoint is one of another training, or cannot be read or written.</exception>
    /// <exception cref="GradientExchangeException">The ranks were not given the same, or are slower than one process.</exception>
    public DiffusionSynthesizeTransformer Fit(IDataView input) => Fit(input, _ => { });

    /// <summary>The columns that a view will have: those it has.</summary>
    /// <param name="inputSchema">The columns before.</param>
    /// <exception cref="ArgumentException">A column is not there, or no values of its type can be made.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _columns.Check(inputSchema);
        return inputSchema;
    }

    /// <summary>Reads the rows, has them looked at, and trains the model.</summary>
    /// <param name="input">The rows to learn from.</param>
    /// <param name="check">Refuses, before the training, what does not go with them.</param>
    internal DiffusionSynthesizeTransformer Fit(IDataView input, Action<TrainingRows> check)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column[] sources = _columns.In(input.Schema);
        ViewColumn[] columns = [.. sources.Select(ViewColumn.ToGenerate)];
        ulong seed = (uint)(_options.Seed ?? HostAccess.SeedOf(_host) ?? Random.Shared.Next());
        seed = _options.Exchange?.OfFirst(seed) ?? seed;

        using IChannel channel = _host.Start("Training");
        GeneratorOptions options = _options.Method.Copy();
        options.Seed = seed;
        options.Checkpoint = _options.Checkpoint;
        options.Exchange = _options.Exchange;
        if (options is DiffusionGeneratorOptions diffusion)
        {
            (diffusion.GpuDeviceId, diffusion.FallbackToCpu) =
                TrainingEngine.Announce(_host, channel, diffusion.Engine, diffusion.GpuDeviceId, diffusion.FallbackToCpu);
        }

        using var cancellation = new Cancellation(_host, _options.CancellationToken);
        ColumnRefusal.CheckRoles(_options.Roles, input.Schema);
        TrainingTable rows = TableReader.ReadAll(input, sources, columns, Reading(seed), new ChannelLog(channel), cancellation.Token);
        CompactTable table = rows.Table;
        TimeSpan? most = options.MaxTrainingTime;
        var watch = Stopwatch.StartNew();
        table.RefuseNoRows();
        if (table.Columns.Count == 0)
            throw ColumnRefusal.Of("There is no column to learn from: every one is a key, or describes one row.");
        int label = Array.FindIndex([.. table.Columns], column => column.Name == _label);
        int? labelOrNone = label < 0 ? null : label;
        options.LabelColumn = labelOrNone;
        IPrivateOptions? privately = PrivateTraining.Of(options);
        if (privately is not null)
            PrivateTraining.Prepare(privately, rows.Columns);
        check(new TrainingRows(table, rows.Columns, labelOrNone, rows.Seen, rows.FirstId));
        RelationSet? relations = privately is not null ? null : FoundRelations.In(
            table, _options.Rules, _options.FindRelations, channel, most, cancellation.Token);
        options.MaxTrainingTime = TimeLimit.OfNext(most, watch.Elapsed, trainings: 1);
        channel.Info(MessageSensitivity.None, "Training on {0} rows of {1} columns.", table.RowCount, table.Columns.Count);
        TableGenerator generator = options.Registration.Train(table, options, new TrainingLog(channel, _options.Progress), cancellation.Token);
        if (privately is not null)
            PrivateTraining.TakeCategories(rows.Columns, generator.Columns);
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(sources);
        return new DiffusionSynthesizeTransformer(
            schema.ToSchema(), rows.Columns, generator, seed, options.MakesMissingCells, relations, privately is null ? rows.Roles : null,
            warning => ChannelLog.Warn(_host, warning));
    }

    private ReadingSettings Reading(ulong seed)
    {
        var roles = new RolePolicy(_options.Roles, _options.InferRoles)
        {
            Generates = true,
            Keys = _options.Keys,
            PersonalTexts = _options.PersonalTexts,
            IsWanted = name => name == _label || _options.Columns?.Contains(name, StringComparer.Ordinal) == true,
        };
        return new ReadingSettings(_options.MaxTrainingRows, _options.MaxCategories, new Philox(seed, RowStream), roles);
    }
}
