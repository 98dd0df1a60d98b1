using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Networks;

/// <summary>Trains a network that fills windows, and keeps the weights that fill hidden values of held-back series best.</summary>
internal static class WindowTrainer
{
    // The share of windows that are held back, the most of them, and how many there must be; of fewer, all are learned from.
    private const double HeldShare = 0.1;
    private const int MostHeld = 400, FewestWindows = 10;

    // The share of observed values that is hidden in held-back windows.
    private const float HeldHidden = 0.1f;

    // How often the network is measured.
    private const int Checks = 40;

    private const double MaxGradientNorm = 5;

    /// <summary>Trains.</summary>
    /// <param name="method">The method.</param>
    /// <param name="table">The series.</param>
    /// <param name="options">How to train.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="deadline">Steps that do not fit are left out.</param>
    /// <param name="cancel">Looked at in every step.</param>
    /// <exception cref="InvalidOperationException">No series has an observed value.</exception>
    public static WindowImputer Train(
        WindowImputation method, SeriesTable table, WindowOptions options, TensorEngine engine, ProgressMeter meter,
        TrainingDeadline deadline, CancellationToken cancel)
    {
        var random = new Philox(options.Seed);
        var data = WindowedSeries.Of(table, options.Steps);
        (int variables, int steps, (int Series, int Start)[] windows) = (table.Variables, data.Steps, data.Windows);
        random.Fork(3).Shuffle(windows.AsSpan());
        int held = windows.Length < FewestWindows ? 0 : Math.Min(MostHeld, (int)(HeldShare * windows.Length));
        (int Series, int Start)[] learned = windows[held..], heldBack = held == 0 ? windows : windows[..held];
        WindowNetwork network = options.NewNetwork(variables, steps, random.Fork(0));
        var order = new RowOrder(learned.Length, random.Fork(1));
        Philox noise = random.Fork(2);
        var batch = new WindowBatch(Math.Min(options.BatchSize, learned.Length), steps, variables);
        int count = checked((int)((learned.Length + batch.Count - 1L) / batch.Count * options.Epochs));
        TrainingClock? clock = deadline.IsLimited ? new TrainingClock(deadline.First(0.9), 1) : null;
        clock?.Plan(count);
        using Tape tape = engine.CreateTape(training: true), looking = engine.CreateTape(training: false);
        WindowBatch[] hidden = [.. heldBack.Chunk(options.BatchSize).Select(Hide)];
        var loop = new TrainingLoop
        {
            Clock = clock,
            Steps = count,
            LearningRate = options.LearningRate,
            Schedule = LearningRateSchedule.Constant,
            Optimizer = new AdamOptions { MaxGradientNorm = MaxGradientNorm },
            Validation = new Validation(network, Checks, Patience: Checks, () => Measure((_, error) => Math.Abs(error))),
        };
        meter.Planned += loop.Steps;
        loop.Run(engine, network.Parameters(), Gradient, meter.Count, meter, cancel);
        double[] squares = new double[variables];
        int[] counts = new int[variables];
        double overall = Measure((variable, error) =>
        {
            squares[variable] += error * error;
            counts[variable]++;
            return error * error;
        });
        double[] errors = [.. squares.Select((sum, v) => Math.Sqrt(counts[v] == 0 ? overall : sum / counts[v]))];
        return new WindowImputer(method, network, data.Scale, errors, data.SeenVariables(), data.Step, table.Statics);

        double Gradient(int number)
        {
            Philox own = noise.Fork((ulong)number);
            for (int place = 0; place < batch.Count; place++)
            {
                (int series, int start) = learned[order.Next()];
                batch.Fill(place, data.Cells[series], data.Times[series], start, options.HiddenShare, own.Fork((ulong)place + 1));
            }
            tape.Reset();
            return network.Gradient(tape, batch, own.Fork(0));
        }

        WindowBatch Hide((int Series, int Start)[] part, int number)
        {
            var own = new WindowBatch(part.Length, steps, variables);
            for (int place = 0; place < part.Length; place++)
            {
                (int series, int start) = part[place];
                own.Fill(
                    place, data.Cells[series], data.Times[series], start, HeldHidden,
                    random.Fork(4).Fork((ulong)number).Fork((ulong)place));
            }
            return own;
        }

        // The mean of a function of the errors of hidden values.
        double Measure(Func<int, double, double> of)
        {
            double sum = 0;
            int seen = 0;
            foreach (WindowBatch part in hidden)
            {
                cancel.ThrowIfCancellationRequested();
                float[] filled = new float[part.Values.Length];
                looking.Reset();
                network.Fill(looking, part, filled);
                for (int i = 0; i < filled.Length; i++)
                {
                    if (part.Hidden[i] == 0)
                        continue;
                    sum += of(i % variables, filled[i] - part.Truths[i]);
                    seen++;
                }
            }
            return sum / Math.Max(1, seen);
        }
    }
}
