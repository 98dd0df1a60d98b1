using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.MissDiff;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>A diffusion model of the rows of a table, trained directly on incomplete rows, that makes new ones.</summary>
public sealed partial class TabularGenerator : TableGenerator
{
    // Rows are made on many threads at once, each on its own; an engine that splits work further would only get in the way.
    private static readonly ManagedEngine s_engine = new(threads: 1);

    private readonly RowGenerator _rows;
    private readonly ConcurrentBag<Workspace> _workspaces = [];
    private readonly RowsOnEngine? _onEngine;

    private TabularGenerator(IReadOnlyList<TableColumn> columns, GenerationMethod method, RowGenerator rows, RowsOnEngine? onEngine = null)
        : base(columns)
    {
        Method = method;
        _rows = rows;
        _onEngine = onEngine;
    }

    /// <summary>How the model was trained.</summary>
    public GenerationMethod Method { get; }

    /// <summary>Trains a model on the rows of a table.</summary>
    /// <param name="table">The rows, complete or not; at least one.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Told a few times a second, and about columns that cannot be learned.</param>
    /// <param name="cancel">Stops the training within a second.</param>
    /// <exception cref="InvalidDataException">The table has no rows, or a cell is infinite; for TabDDPM and MedDiff, no column but the label
    /// varies.</exception>
    /// <exception cref="InvalidOperationException">The engine or the GPU that the options ask for is not there.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static TabularGenerator Train(
        Table table, Options? options = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        options ??= new Options();
        options.Validate(table);
        EngineChoice choice = options.ChooseEngine();
        table.RefuseNoRows();
        table.RefuseInfinities();
        cancel.ThrowIfCancellationRequested();
        return Train(table, options, choice, progress, new ProgressMeter(progress), cancel);
    }

    /// <summary>Trains a model on the rows of a table that is kept small; MedDiff keeps them small too, other methods make a <see cref="Table"/>
    /// of them.</summary>
    /// <param name="table">The rows, complete or not; at least one.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Told a few times a second, and about columns that cannot be learned.</param>
    /// <param name="cancel">Stops the training within a second.</param>
    /// <exception cref="InvalidDataException">As for a <see cref="Table"/>.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static TabularGenerator Train(
        CompactTable table, Options? options = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        options ??= new Options();
        if (options.Method != GenerationMethod.MedDiff)
            return Train(table.ToTable(), options, progress, cancel);
        options.Validate(table);
        EngineChoice choice = options.ChooseEngine();
        table.RefuseNoRows();
        table.RefuseInfinities();
        cancel.ThrowIfCancellationRequested();
        var meter = new ProgressMeter(progress);
        return new TabularGenerator(table.Columns, options.Method, TrainMedDiff(table, options, choice, meter, cancel));
    }

    private static TabularGenerator Train(
        Table table, Options options, EngineChoice choice, IProgress<TrainingProgress>? progress, ProgressMeter meter, CancellationToken cancel)
    {
        RowGenerator rows = options.Method switch
        {
            GenerationMethod.TabDdpm => TrainTabDdpm(table, options, choice, meter, cancel),
            GenerationMethod.MissDiff => TrainMissDiff(table, options, progress, cancel),
            GenerationMethod.MedDiff => TrainMedDiff(table, options, choice, meter, cancel),
            _ => TrainMasked(table, options, choice, meter, cancel),
        };
        var generator = new TabularGenerator(table.Columns, options.Method, rows);
        return choice.GpuDeviceId is null ? generator : generator.WithEngine(choice);
    }

    /// <summary>The same generator, making rows on an engine where many are asked for at once, if its method can
    /// (<see cref="GenerationMethod.Masked"/> and <see cref="GenerationMethod.TabDdpm"/>). One that was trained on a GPU does so by itself;
    /// one that was loaded makes all rows on the managed engine until this says otherwise.</summary>
    /// <remarks>Other engines than the managed one add up in an order that depends on how many rows they work on at once: there a row is a
    /// function of its number and the seed but for rounding, which now and then tips a category.</remarks>
    /// <param name="engine">Where to compute.</param>
    public TabularGenerator WithEngine(EngineChoice engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return new TabularGenerator(Columns, Method, _rows, engine.IsManaged || !_rows.RunsOnAnyEngine ? null : new RowsOnEngine(engine));
    }

    /// <summary>Writes the model; <see cref="Load"/> reads it back bit for bit.</summary>
    /// <param name="writer">Where to write.</param>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ModelFrame.Write(writer, content =>
        {
            content.Write(Columns.Count);
            foreach (TableColumn column in Columns)
                column.Save(content);
            content.Write((byte)Method);
            _rows.Save(content);
        });
    }

    /// <summary>Reads a model that <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <exception cref="InvalidDataException">The data are no such model, are cut short or damaged, or were written by a newer
    /// version.</exception>
    public static TabularGenerator Load(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        using BinaryReader content = ModelFrame.Read(reader);
        TableColumn[] columns = new TableColumn[content.ReadInt32()];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = TableColumn.Load(content);
        var method = (GenerationMethod)content.ReadByte();
        RowGenerator rows = method switch
        {
            GenerationMethod.TabDdpm => TabDdpmSampler.Load(content),
            GenerationMethod.MissDiff => ImputerSampler.Load(content),
            GenerationMethod.MedDiff => MedDiffSampler.Load(content),
            _ => MaskedSampler.Load(content),
        };
        return new TabularGenerator(columns, method, rows);
    }

    /// <inheritdoc/>
    protected override void RequireSatisfiable(GenerationConditions conditions) => _rows.RequireSatisfiable(conditions);

    /// <inheritdoc/>
    protected override void CompleteRows(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, CancellationToken cancel)
    {
        if (_onEngine is not null && count >= RowsOnEngine.Fewest)
        {
            _onEngine.Use(workspace => _rows.Complete(table, start, count, conditions, seed, firstId, workspace, cancel));
            return;
        }
        if (!_workspaces.TryTake(out Workspace? workspace))
            workspace = new Workspace(s_engine);
        _rows.Complete(table, start, count, conditions, seed, firstId, workspace, cancel);
        _workspaces.Add(workspace);
    }

    /// <inheritdoc/>
    protected override int RowsAtOnce(int rowCount) =>
        _onEngine is not null && rowCount >= RowsOnEngine.Fewest ? RowsOnEngine.AtOnce : base.RowsAtOnce(rowCount);

    private static ImputerSampler TrainMissDiff(Table table, Options options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        TabularDiffusionModel.Options paper = TabularDiffusionModel.Options.Paper();
        paper.BatchSize = options.BatchSize ?? paper.BatchSize;
        paper.LearningRate = options.LearningRate ?? paper.LearningRate;
        if (options.Steps is int steps)
            paper.Epochs = (int)Math.Max(1, Math.Min(int.MaxValue, (long)steps * paper.BatchSize!.Value / table.RowCount));
        (paper.Seed, paper.Threads) = (options.Seed, options.Threads);
        (paper.Engine, paper.GpuDeviceId, paper.FallbackToCpu) = (options.Engine, options.GpuDeviceId, options.FallbackToCpu);
        return new ImputerSampler(TabularDiffusionModel.Train(table, paper, progress, cancel));
    }

    private static TabDdpmSampler TrainTabDdpm(Table table, Options options, EngineChoice choice, ProgressMeter meter, CancellationToken cancel)
    {
        float[] all = [];
        (TableEncoder encoder, LabelClasses labels, int[] classes) = EncodeComplete("TabDDPM", table, options, meter,
            encoder => all = new float[checked(table.RowCount * encoder.Encoded.Count)],
            (row, cells) => cells.CopyTo(all.AsSpan(row * cells.Length)),
            cancel);
        TabDdpmSettings settings = new()
        {
            Widths = [.. options.Layers ?? Options.Paper().Layers!],
            Steps = options.Steps ?? 30_000,
            BatchSize = options.BatchSize ?? 4096,
            LearningRate = options.LearningRate ?? 2e-3,
            Dropout = options.Dropout ?? 0,
        };
        meter.Planned = settings.Steps;
        NoiseSchedule schedule = TabDdpmTrainer.Schedule(options.DiffusionSteps ?? 100);
        using TensorEngine engine = choice.Create(options.Threads);
        var trainer = new TabDdpmTrainer(encoder, labels.Count, schedule, settings, new Philox(options.Seed));
        TabDdpmDenoiser denoiser = trainer.Train(all, classes, engine, meter, cancel);
        return new TabDdpmSampler(encoder, denoiser, settings.Widths, schedule, labels, WholeValues.Of(table));
    }

    private static MaskedSampler TrainMasked(Table table, Options options, EngineChoice choice, ProgressMeter meter, CancellationToken cancel)
    {
        List<string> warnings = [];
        TableTokenizer tokenizer = TableTokenizer.Fit(table, options.Bins ?? Math.Clamp((int)(0.7 * Math.Sqrt(table.RowCount)), 8, 128), warnings);
        warnings.ForEach(meter.Say);
        // The label last, so that it is drawn given everything else; the others as they stand.
        int[] order = [.. Enumerable.Range(0, tokenizer.Encoded.Length).OrderBy(i => tokenizer.Encoded[i].Source == options.LabelColumn ? 1 : 0)];
        // Nothing varies: constants are all there is to make.
        if (order.Length == 0)
            return new MaskedSampler(tokenizer, null, order);
        MaskedSettings settings = new()
        {
            Steps = options.Steps ?? (int)Math.Clamp(120L * table.RowCount / (options.BatchSize ?? 256), 2000, 6000),
            BatchSize = options.BatchSize ?? 256,
            Width = options.Width ?? 256,
            Blocks = options.Blocks ?? 3,
            LearningRate = options.LearningRate ?? 1e-3,
            Dropout = options.Dropout ?? (table.RowCount < 10_000 ? 0.3 : 0.1),
            OrderedShare = options.OrderedShare ?? 0.7,
            ValidationShare = options.ValidationShare ?? 0.1,
            Label = tokenizer.Encoded[order[^1]].Source == options.LabelColumn ? order[^1] : null,
        };
        meter.Planned = settings.Steps;
        using TensorEngine engine = choice.Create(options.Threads);
        int[] tokens = tokenizer.Encode(table);
        MaskedDenoiser denoiser = new MaskedTrainer(tokenizer, tokens, order, settings, new Philox(options.Seed)).Train(engine, meter, cancel);
        double temperature = options.LabelTemperature ?? 0.8;
        LabelTemperature? sharpened = settings.Label is int label && temperature != 1
            ? LabelTemperature.Fit(denoiser, tokenizer, tokens, label, temperature, engine, cancel)
            : null;
        return new MaskedSampler(tokenizer, denoiser, order, sharpened);
    }
}
