using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend;

/// <summary>Trains a <see cref="SeriesDenoiser"/> on series of which cells are hidden.</summary>
internal static class DenoiserTrainer
{
    // Errors beyond this, in deviations, count as if they were there (Huber 1964): what is learned comes near the median.
    private const float Limit = 0.25f;

    // The weight of how sure a correction is; errors of more deviations than this say no more.
    private const float SpreadWeight = 0.3f, MostDeviations = 8;

    // Of a variable that never changes the smoother is quite sure, and 0 / 0 would spoil all weights.
    private const float LeastDeviation = 1e-6f;

    private const int WarmUp = 100;

    /// <summary>How many series a training step sees.</summary>
    public const int Batch = 32;

    private const double WeightDecay = 1e-2;

    /// <summary>Trains.</summary>
    /// <param name="network">The network, whose weights are changed.</param>
    /// <param name="series">Series with hidden cells.</param>
    /// <param name="steps">The training steps.</param>
    /// <param name="rate">The largest learning rate.</param>
    /// <param name="random">Where all random numbers come from.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="deadline">When it is over, no step is taken.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public static void Train(
        SeriesDenoiser network, IReadOnlyList<DenoiserSeries> series, int steps, double rate, Philox random, TensorEngine engine,
        ProgressMeter meter, TrainingDeadline deadline, CancellationToken cancel)
    {
        var order = new RowOrder(series.Count, random.Fork(0));
        Philox starts = random.Fork(1), dropped = random.Fork(2);
        int width = network.Variables, batch = Math.Min(Batch, series.Count);
        using Tape tape = engine.CreateTape(training: true);
        float[] truths = new float[batch * network.Steps * width], deviations = new float[truths.Length];
        TrainingClock? clock = deadline.IsLimited ? new TrainingClock(deadline, 1) : null;
        clock?.Plan(steps);
        var loop = new TrainingLoop
        {
            Clock = clock,
            Steps = steps,
            LearningRate = rate,
            Schedule = LearningRateSchedule.Cosine(steps, 0.02).WithWarmUp(Math.Min(WarmUp, steps)),
            Optimizer = new AdamOptions { MaxGradientNorm = 1, WeightDecay = WeightDecay },
            AverageDecay = TrainingLoop.Decay(0.995, steps),
        };
        loop.Run(engine, network.Parameters(), Gradient, meter.Count, meter, cancel);

        double Gradient(int step)
        {
            tape.Reset();
            Tensor input = tape.Input(new Shape(batch * network.Steps, network.Inputs));
            Array.Fill(truths, float.NaN);
            int size = network.Steps * network.Inputs;
            for (int row = 0; row < batch; row++)
            {
                DenoiserSeries own = series[order.Next()];
                int most = Math.Max(1, own.Times.Length - network.Steps + 1), start = starts.Fork((ulong)step).Below((ulong)row, most);
                network.Write(own, start, input.Data.Slice(row * size, size));
                Range part = (row * network.Steps * width)..((row + 1) * network.Steps * width);
                own.WriteLeft(start, network.Steps, truths.AsSpan(part), deviations.AsSpan(part));
            }
            Tensor output = network.Forward(tape, input, dropped.Fork((ulong)step));
            Tensor slopes = tape.Input(output.Shape);
            ReadOnlySpan<float> answers = output.Data;
            Span<float> slope = slopes.Data;
            int count = 0;
            foreach (float truth in truths)
                count += float.IsNaN(truth) ? 0 : 1;
            double loss = 0;
            slope.Clear();
            for (int i = 0; i < truths.Length; i++)
            {
                if (float.IsNaN(truths[i]))
                    continue;
                int place = i / width * 2 * width + i % width;
                float error = answers[place] - truths[i], distance = MathF.Abs(error);
                slope[place] = Math.Clamp(error / Limit, -1, 1) / count;
                // Of the density of Laplace, without a step back to the correction.
                float spread = Math.Max(deviations[i] * MathF.Exp(answers[place + width]), LeastDeviation);
                slope[place + width] = SpreadWeight * (1 - Math.Min(distance / spread, MostDeviations)) / count;
                loss += distance <= Limit ? distance * distance / (2 * Limit) : distance - Limit / 2;
            }
            GivenSlopes.Backward(tape, output, slopes);
            return loss / Math.Max(1, count);
        }
    }
}
