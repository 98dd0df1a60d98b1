using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>A diffusion model of the rows of a table, trained directly on incomplete rows, that fills missing cells of those
/// and of new rows.</summary>
public sealed partial class TabularDiffusionModel : TableImputer
{
    // Rows are filled on many threads at once, each on its own; an engine that splits work further would only get in the way.
    private static readonly ManagedEngine s_engine = new(threads: 1);

    private readonly TableEncoder _encoder;
    private readonly RowSampler? _sampler;
    private readonly ConcurrentBag<Workspace> _workspaces = [];

    private TabularDiffusionModel(TableEncoder encoder, DiffusionMethod method, RowSampler? sampler)
        : base(encoder.Columns)
    {
        _encoder = encoder;
        _sampler = sampler;
        Method = method;
    }

    /// <summary>How the model was trained.</summary>
    public DiffusionMethod Method { get; }

    /// <summary>The predictors whose weighted mean the best guess is; empty where it is that of one network.</summary>
    public IReadOnlyList<BlendMember> Members => _sampler?.Members ?? [];

    /// <summary>How the best guess compares with simple imputers on held-back cells; empty unless
    /// <see cref="Options.CompareWithBaselines"/> was set.</summary>
    public IReadOnlyList<ImputationScore> Scores => _sampler?.Scores ?? [];

    /// <summary>Whether the model can tell how sure its best guesses are: where it was trained with
    /// <see cref="DiffusionMethod.Conditional"/> and cells were held back (<see cref="Options.ValidationShare"/>), or nothing
    /// varies.</summary>
    public bool IsCalibrated => _sampler?.IsCalibrated ?? true;

    /// <summary>Trains a model on the observed cells of a table.</summary>
    /// <param name="table">The rows, complete or not; at least one.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Told a few times a second, and about columns that cannot be learned; may be called from
    /// several threads, one at a time.</param>
    /// <param name="cancel">Stops the training within a second.</param>
    /// <exception cref="InvalidDataException">The table has no rows, or a cell is infinite.</exception>
    /// <exception cref="InvalidOperationException">The engine or the GPU that the options ask for is not there.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static TabularDiffusionModel Train(
        Table table,
        Options? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        options ??= new Options();
        options.Validate();
        EngineChoice choice = options.ChooseEngine();
        table.RefuseNoRows();
        table.RefuseInfinities();
        cancel.ThrowIfCancellationRequested();

        var meter = new ProgressMeter(progress);
        List<string> warnings = [];
        var encoder = TableEncoder.Fit(table, options.Scaling ?? DefaultScaling(options.Method), warnings);
        warnings.ForEach(meter.Say);
        // Nothing varies, so there is nothing to learn: constants are all there is to fill in.
        if (encoder.Encoded.Count == 0)
            return new TabularDiffusionModel(encoder, options.Method, null);

        float[] cells = encoder.Encode(table);
        RowSampler sampler = options.Method == DiffusionMethod.Conditional
            ? TrainConditional(encoder, cells, options, choice, meter, cancel)
            : TrainCsdi(encoder, cells, options, choice, meter, cancel);
        return new TabularDiffusionModel(encoder, options.Method, sampler);
    }

    /// <summary>Writes the model; <see cref="Load"/> reads it back bit for bit.</summary>
    /// <param name="writer">Where to write.</param>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ModelFrame.Write(writer, content =>
        {
            _encoder.Save(content);
            content.Write((byte)Method);
            content.Write(_sampler is not null);
            _sampler?.Save(content);
        });
    }

    /// <summary>Reads a model that <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <exception cref="InvalidDataException">The data are no such model, are cut short or damaged, or were written by a newer
    /// version.</exception>
    public static TabularDiffusionModel Load(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        using BinaryReader content = ModelFrame.Read(reader);
        var encoder = TableEncoder.Load(content);
        var method = (DiffusionMethod)content.ReadByte();
        RowSampler? sampler = !content.ReadBoolean() ? null
            : method == DiffusionMethod.Conditional ? ConditionalSampler.Load(content, encoder)
            : CsdiSampler.Load(content, encoder, isConditional: method == DiffusionMethod.CsdiT);
        return new TabularDiffusionModel(encoder, method, sampler);
    }

    /// <inheritdoc/>
    public override void Impute(ReadOnlySpan<double> row, Span<double> completed)
    {
        RefuseOtherLength(row, completed);
        Workspace workspace = Rent();
        Span<float> cells = workspace.Cells(_encoder.Encoded.Count);
        if (Encode(row, cells))
            _sampler?.Expect(cells, 1, workspace);
        _encoder.Complete(row, cells, completed);
        _workspaces.Add(workspace);
    }

    /// <summary>Fills the missing cells of a row with their best single guess and tells how sure each is.</summary>
    /// <param name="row">The row, one value per column.</param>
    /// <param name="completed">Receives the completed row; may be the same memory as <paramref name="row"/>.</param>
    /// <param name="uncertainties">Receives how sure every cell is, one per column. An observed cell is certain; a missing one is
    /// <see cref="CellUncertainty.Unknown"/> where the model is not calibrated (<see cref="IsCalibrated"/>).</param>
    /// <param name="coverage">The share of intervals that are to hold the true number, above 0 and below 1. They do on rows like those
    /// of the training, on average over cells: split conformal intervals (Lei et al. 2018).</param>
    public void Impute(ReadOnlySpan<double> row, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage = 0.9)
    {
        RefuseOtherLength(row, completed);
        if (uncertainties.Length != Columns.Count)
            throw new ArgumentException($"There is place for {uncertainties.Length} answers; there must be {Columns.Count}, one per column.", nameof(uncertainties));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(coverage);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(coverage, 1);

        Workspace workspace = Rent();
        Span<float> cells = workspace.Cells(_encoder.Encoded.Count);
        Span<CellUncertainty> encoded = workspace.Uncertainties(_encoder.Encoded.Count);
        encoded.Fill(CellUncertainty.Unknown);
        if (Encode(row, cells) && _sampler is not null)
        {
            if (IsCalibrated)
                _sampler.Expect(cells, encoded, coverage, workspace);
            else
                _sampler.Expect(cells, 1, workspace);
        }
        _encoder.Complete(row, cells, encoded, uncertainties);
        _encoder.Complete(row, cells, completed);
        _workspaces.Add(workspace);
    }

    /// <inheritdoc/>
    public override void Draw(ReadOnlySpan<double> row, Span<double> completed, ulong seed, ulong rowId, int draw = 0)
    {
        RefuseOtherLength(row, completed);
        ArgumentOutOfRangeException.ThrowIfNegative(draw);
        Workspace workspace = Rent();
        Span<float> cells = workspace.Cells(_encoder.Encoded.Count);
        if (Encode(row, cells))
            _sampler?.Draw(cells, [rowId], seed, draw, workspace);
        _encoder.Complete(row, cells, completed);
        _workspaces.Add(workspace);
    }

    /// <inheritdoc/>
    protected override void ImputeRows(
        Table table, int start, ReadOnlySpan<ulong> rowIds, ImputationMode mode, ulong seed, int draw, CancellationToken cancel)
    {
        Workspace workspace = Rent();
        int width = _encoder.Encoded.Count;
        Span<float> cells = workspace.Cells(rowIds.Length * width);
        Span<ulong> ids = workspace.Ids(rowIds.Length);
        Span<int> rows = stackalloc int[rowIds.Length];
        int incomplete = 0;
        for (int i = 0; i < rowIds.Length; i++)
        {
            Span<double> row = table.Row(start + i);
            if (Encode(row, cells.Slice(incomplete * width, width)))
                (rows[incomplete], ids[incomplete++]) = (start + i, rowIds[i]);
            else
                _encoder.Complete(row, cells.Slice(incomplete * width, width), row);
        }
        cells = cells[..(incomplete * width)];
        if (incomplete > 0 && mode == ImputationMode.Expectation)
            _sampler?.Expect(cells, incomplete, workspace, cancel);
        else if (incomplete > 0)
            _sampler?.Draw(cells, ids[..incomplete], seed, draw, workspace, cancel);
        for (int i = 0; i < incomplete; i++)
            _encoder.Complete(table.Row(rows[i]), cells.Slice(i * width, width), table.Row(rows[i]));
        _workspaces.Add(workspace);
    }

    private static NumericScaling DefaultScaling(DiffusionMethod method) =>
        method == DiffusionMethod.Conditional ? NumericScaling.Standard : NumericScaling.MinMax;

    private static CsdiSampler TrainCsdi(
        TableEncoder encoder, float[] cells, Options options, EngineChoice choice, ProgressMeter meter, CancellationToken cancel)
    {
        CsdiSettings settings = Plan.Csdi(options);
        var schedule = NoiseSchedule.Create(
            options.Schedule ?? NoiseScheduleKind.Quadratic, options.DiffusionSteps ?? (settings.IsConditional ? 150 : 100));
        meter.Planned = CsdiTrainer.StepCount(cells.Length / encoder.Encoded.Count, settings);
        using TensorEngine engine = choice.Create(options.Threads);
        CsdiDenoiser denoiser = CsdiTrainer.Train(
            encoder, cells, new GaussianProcess(schedule), settings, new Philox(options.Seed), engine, meter, cancel);
        int samplingSteps = Math.Min(options.SamplingSteps ?? schedule.Steps, schedule.Steps);
        return new CsdiSampler(encoder, denoiser, schedule, samplingSteps, options.ExpectationDraws ?? 10, options.Seed);
    }

    private static ConditionalSampler TrainConditional(
        TableEncoder encoder, float[] cells, Options options, EngineChoice choice, ProgressMeter meter, CancellationToken cancel)
    {
        var schedule = NoiseSchedule.Create(options.Schedule ?? NoiseScheduleKind.Cosine, options.DiffusionSteps ?? 100);
        (Blend blend, ConditionalDenoiser drawing) =
            new BlendTrainer(encoder, cells, new GaussianProcess(schedule), options, choice, meter, cancel).Train();
        return new ConditionalSampler(encoder, blend, drawing, schedule, Math.Min(options.SamplingSteps ?? schedule.Steps, schedule.Steps));
    }

    private Workspace Rent() => _workspaces.TryTake(out Workspace? workspace) ? workspace : new Workspace(s_engine);

    /// <summary>Encodes a row; false when no encoded cell is missing, so that there is nothing to predict.</summary>
    private bool Encode(ReadOnlySpan<double> row, Span<float> cells)
    {
        _encoder.Encode(row, cells);
        foreach (float cell in cells)
        {
            if (float.IsNaN(cell))
                return true;
        }
        return false;
    }
}
