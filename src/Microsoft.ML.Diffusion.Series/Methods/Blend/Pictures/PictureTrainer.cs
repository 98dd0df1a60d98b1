using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>Trains a <see cref="PictureNetwork"/> to say what observed pixels are that are hidden from it: the expectation of a pixel given
/// the others, as a denoising network has it where there is nothing but noise.</summary>
internal sealed class PictureTrainer
{
    /// <summary>The steps that a network sees at a time, at most.</summary>
    public const int MostSteps = 16;

    // The share of elements that attention leaves out while training.
    private const float Dropout = 0.1f;

    // Windows of a training step, at most; into so many steps an epoch is cut, at least.
    private const int MostBatch = 32, LeastBatches = 8;

    // The blocks of 2 x 2 pixels of a training step, about; how many are looked at in a training, at most; how often each window is.
    private const int BlocksAtOnce = 16_000;
    private const double MostBlocks = 50e6;
    private const int MostEpochs = 150, FewestSteps = 200;

    // The share of windows that are held back, and the most of them; the share of their observed pixels that is hidden.
    private const double HeldShare = 0.08;
    private const int MostHeld = 160;
    private const float HeldHidden = 0.1f;

    private const int Checks = 16, Patience = 5, WarmUp = 100;

    private readonly SeriesTable _table;
    private readonly PictureShape _shape;
    private readonly BlendOptions _options;
    private readonly double _step;
    private readonly bool _isCausal;
    private readonly int _steps;
    private readonly (int Series, int Start)[] _learned;
    private readonly PictureHiding _hiding;
    private readonly PictureInput _input;
    private readonly Philox _random;

    /// <param name="table">The series.</param>
    /// <param name="shape">The pictures.</param>
    /// <param name="options">How to train.</param>
    /// <param name="random">Where all random numbers come from.</param>
    /// <exception cref="InvalidOperationException">No series has an observed value.</exception>
    public PictureTrainer(SeriesTable table, PictureShape shape, BlendOptions options, Philox random)
    {
        (_table, _shape, _options, _random) = (table, shape, options, random);
        _step = LagMoments.MedianStep([.. table.Items.Select(series => series.Times)]);
        _isCausal = options.Direction == SeriesDirection.Causal;
        // Of large pictures few are seen at a time, as memory grows with their pixels.
        int most = Math.Clamp(2 * BlocksAtOnce / shape.BlockCount, 1, MostSteps);
        _steps = Math.Min(most, table.Items.Max(series => series.Length));
        (int Series, int Start)[] windows = StepWindows.Of([.. table.Items.Select(series => series.Cells)], table.Variables, _steps);
        random.Fork(0).Shuffle(windows.AsSpan());
        int held = windows.Length < 2 ? 0 : Math.Clamp((int)(HeldShare * windows.Length), 1, MostHeld);
        (_learned, HeldBack) = (windows[held..], held == 0 ? windows : windows[..held]);
        _hiding = new PictureHiding(shape, table, _learned, _steps);
        _input = new PictureInput(shape, _step, _isCausal);
    }

    /// <summary>Windows that the weights are not learned from.</summary>
    public (int Series, int Start)[] HeldBack { get; }

    /// <summary>The middle distance of two steps.</summary>
    public double Step => _step;

    /// <summary>The steps of a window.</summary>
    public int Steps => _steps;

    /// <summary>Trains.</summary>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="deadline">Steps that do not fit are left out.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public PictureNetwork Run(ProgressMeter meter, TrainingDeadline deadline, CancellationToken cancel)
    {
        var network = new PictureNetwork(_shape, _steps, _options.PictureChannels, _isCausal, Dropout, _random.Fork(1));
        int blocks = _steps * _shape.BlockCount;
        int batch = Math.Clamp(BlocksAtOnce / blocks, 1, Math.Clamp(_learned.Length / LeastBatches, 1, MostBatch));
        double most = Math.Min(MostBlocks / ((double)batch * blocks), (double)MostEpochs * _learned.Length / batch);
        int steps = Math.Min(_options.NetworkSteps, Math.Max(FewestSteps, (int)most));
        meter.Planned += steps;
        using var engine = new ManagedEngine(_options.ThreadCount);
        using Tape tape = engine.CreateTape(training: true), measuring = engine.CreateTape(training: false);
        var order = new RowOrder(_learned.Length, _random.Fork(2));
        Philox hidden = _random.Fork(3), dropped = _random.Fork(4), measured = _random.Fork(5);
        TrainingClock? clock = deadline.IsLimited ? new TrainingClock(deadline, 1) : null;
        clock?.Plan(steps);
        var loop = new TrainingLoop
        {
            Clock = clock,
            Steps = steps,
            LearningRate = _options.NetworkRate,
            Schedule = LearningRateSchedule.Cosine(steps, 0.02).WithWarmUp(Math.Min(WarmUp, steps)),
            Optimizer = new AdamOptions { MaxGradientNorm = 1, WeightDecay = 1e-2 },
            AverageDecay = TrainingLoop.Decay(0.995, steps),
            Validation = new Validation(network, Checks, Patience, Error),
        };
        loop.Run(engine, network.Parameters(), Gradient, meter.Count, meter, cancel);
        return network;

        double Gradient(int step)
        {
            Philox own = hidden.Fork((ulong)step);
            var windows = new (int, int)[batch];
            for (int i = 0; i < batch; i++)
                windows[i] = _learned[order.Next()];
            tape.Reset();
            (Tensor output, int[][] places) = Forward(network, tape, windows, own, null, dropped.Fork((ulong)step), out float[][] truths);
            Tensor slopes = tape.Input(output.Shape);
            double loss = PictureLoss.Slopes(_shape, output.Data, places, truths, slopes.Data);
            GivenSlopes.Backward(tape, output, slopes);
            return loss;
        }

        double Error()
        {
            double sum = 0;
            long count = 0;
            for (int first = 0; first < HeldBack.Length; first += batch)
            {
                cancel.ThrowIfCancellationRequested();
                var windows = HeldBack[first..Math.Min(first + batch, HeldBack.Length)];
                measuring.Reset();
                (Tensor output, int[][] places) =
                    Forward(network, measuring, windows, measured.Fork((ulong)first), HeldHidden, default, out float[][] truths);
                int cells = places.Sum(own => own.Length);
                sum += cells * PictureLoss.Slopes(_shape, output.Data, places, truths, []);
                count += cells;
            }
            return sum / Math.Max(1, count);
        }
    }

    /// <summary>Hides pixels of windows and asks a network for all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="tape">The step.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="hidden">Which pixels are hidden.</param>
    /// <param name="share">The share of single pixels; null to draw it for each window.</param>
    /// <param name="dropped">What is left out while training.</param>
    /// <param name="truths">The numbers of hidden pixels, as the network means them.</param>
    /// <returns>What it says, and where in that the hidden pixels of each window stand.</returns>
    public (Tensor Output, int[][] Places) Forward(
        PictureNetwork network, Tape tape, (int Series, int Start)[] windows, Philox hidden, float? share, Philox dropped,
        out float[][] truths)
    {
        int rows = _steps * _shape.BlockCount;
        Tensor input = tape.Input(new Shape(windows.Length * rows, PictureNetwork.Inputs));
        Tensor waves = tape.Input(new Shape(windows.Length * _steps, PictureNetwork.TimeWidth));
        int[][] places = new int[windows.Length][];
        float[][] numbers = new float[windows.Length][];
        int size = rows * PictureNetwork.Inputs, wavesSize = _steps * PictureNetwork.TimeWidth;
        for (int i = 0; i < windows.Length; i++)
        {
            (int number, int start) = windows[i];
            (Data.Series series, int first) = PictureInput.Crop(_table.Items[number], start, _steps);
            double[] cells = (double[])series.Cells.Clone();
            (float own, List<int> gone) = _hiding.Hide(cells, first, series.Length, hidden.Fork((ulong)i), share);
            _input.Write(
                series.Times, cells, first, _steps, own, input.Data.Slice(i * size, size), waves.Data.Slice(i * wavesSize, wavesSize));
            places[i] = [.. gone.Select(cell => PlaceOf(i, first, cell))];
            numbers[i] = [.. gone.Select(cell => _shape.ToNetwork(series.Cells[cell]))];
        }
        truths = numbers;
        return (network.Forward(tape, input, waves, dropped), places);
    }

    /// <summary>Where in the output for several windows a cell stands.</summary>
    /// <param name="window">Which of the windows.</param>
    /// <param name="start">The first step of it.</param>
    /// <param name="cell">The cell of its series.</param>
    public int PlaceOf(int window, int start, int cell)
    {
        int step = cell / _shape.Pixels - start;
        return 4 * (window * _steps + step) * _shape.BlockCount + _input.PlaceOf(cell % _shape.Pixels);
    }
}
