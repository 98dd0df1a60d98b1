using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Csdi;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Csdi;

// The process, not the folder of the baseline.
using GaussianProcess = Microsoft.ML.Diffusion.Core.Processes.GaussianProcess;

public class SeriesCsdiTests
{
    private const int Variables = 3, Steps = 4, Series = 2, Size = Variables * Steps;
    private static readonly GaussianProcess s_process = new(NoiseSchedule.Quadratic(50));

    [Fact]
    public void The_gradient_of_every_parameter_is_the_slope_of_the_loss()
    {
        CsdiDenoiser denoiser = Denoiser();
        using var engine = new ManagedEngine(1);
        // Two parts of one window each, so that the sum of parts is checked as well.
        using var step = new SeriesCsdiStep(denoiser, s_process, Series, atOnce: 1, Variables, engine);
        SeriesCsdiBatch batch = Batch();
        Assert.All(denoiser.Parameters(), parameter => Assert.Equal(0, Slope(parameter), 2e-3));

        double Slope(Parameter parameter)
        {
            const float Small = 2e-4f;
            float[] direction = Normals(parameter.Shape.Count, 7);
            double size = Math.Sqrt(direction.Sum(d => d * d)), expected = 0;
            foreach (Parameter own in denoiser.Parameters())
                own.ZeroGradient();
            step.Run(batch, new Philox(4));
            for (int i = 0; i < direction.Length; i++)
                expected += direction[i] * parameter.Gradient[i] / size;
            float[] start = parameter.Value.ToArray();
            double[] losses = [.. new[] { Small, -Small }.Select(length =>
            {
                Span<float> values = parameter.Update();
                for (int i = 0; i < values.Length; i++)
                    values[i] = start[i] + (float)(length / size * direction[i]);
                return step.Run(batch, new Philox(4));
            })];
            start.CopyTo(parameter.Update());
            return (losses[0] - losses[1]) / (2 * Small) - expected;
        }
    }

    [Fact]
    public void Hidden_values_are_diffused_and_shown_ones_stay()
    {
        var batch = new SeriesCsdiBatch(s_process, 1, Steps, Variables);
        double[] cells = [.. Normals(Size, 1).Select((x, i) => i % 5 == 4 ? double.NaN : x)];
        int[] hidden = new int[Size];
        for (ulong trial = 0; trial < 400; trial++)
        {
            batch.Begin(new Philox(trial));
            batch.Fill(0, cells, [0, 1, 2, 3], 0, new Philox(trial).Fork(1));
            int level = batch.Levels[0];
            Assert.InRange(level, 1, 50);
            Assert.Equal(batch.Count, (int)batch.Counts.Sum());
            for (int i = 0; i < Size; i++)
            {
                double state = s_process.Schedule.Signal(level) * (double.IsNaN(cells[i]) ? 0 : cells[i])
                    + s_process.Schedule.Noise(level) * batch.Epsilon[i];
                (float shown, float noisy) = batch.Known[i] != 0 ? ((float)cells[i], 0f) : (0f, (float)state);
                Assert.Equal(shown, batch.Input[2 * i]);
                Assert.Equal(noisy, batch.Input[2 * i + 1], 1e-6);
                Assert.Equal(double.IsNaN(cells[i]) ? 0 : 1, (int)(batch.Known[i] + batch.Counts[i]));
            }
            hidden[batch.Count]++;
        }
        // Of 10 observed values any number is hidden, none and all half as often as the others.
        Assert.All(hidden[1..10], count => Assert.InRange(count, 18, 65));
        Assert.All([hidden[0], hidden[10]], count => Assert.InRange(count, 6, 36));
    }

    [Fact]
    public void Draws_of_the_exact_noise_have_the_mean_and_the_deviation_of_the_data()
    {
        // Of normal data, the noise that is expected in a state is known.
        const double Mean = 0.7, Deviation = 0.4;
        const int Draws = 6000;
        var sampler = new SeriesCsdiSampler(s_process.Schedule, 2, atOnce: 4096, (states, level, noise) =>
        {
            double signal = s_process.Schedule.Signal(level), own = s_process.Schedule.Noise(level);
            double variance = signal * signal * Deviation * Deviation + own * own;
            for (int i = 0; i < states.Length; i++)
                noise[i] = (float)(own / variance * (states[i] - signal * Mean));
        });
        float[] drawn = sampler.Draw([.. Enumerable.Range(0, Draws).Select(i => new Philox(5).Fork((ulong)i))]);
        // What the same steps make of a mean and a variance, which is near those of the data but not at them.
        (double mean, double variance) = Moments(Mean, Deviation);
        Assert.Equal(mean, drawn.Average(), 4 * Math.Sqrt(variance / drawn.Length));
        double found = drawn.Average(x => (x - mean) * (x - mean));
        Assert.Equal(variance, found, 4 * variance * Math.Sqrt(2.0 / drawn.Length));
        Assert.Equal(Mean, mean, 0.01);
        Assert.Equal(Deviation, Math.Sqrt(variance), 0.05);
    }

    [Fact]
    public void A_draw_is_the_same_alone_as_among_others()
    {
        CsdiDenoiser denoiser = Denoiser();
        using var engine = new ManagedEngine(2);
        using Tape tape = engine.CreateTape(training: false);
        float[] known = [.. Enumerable.Range(0, Size).Select(i => i % 3 == 0 ? 1f : 0)], times = new float[Steps * CsdiDenoiser.TimeWidth];
        SeriesCsdiBatch.WriteTimes([0, 1, 2.5, 4], 0, times);
        var sampler = new SeriesCsdiSampler(
            s_process.Schedule, Size, atOnce: 4096, SeriesCsdiSampler.Of(tape, denoiser, s_process, Normals(Size, 3), known, times));
        float[] all = sampler.Draw([new Philox(1), new Philox(2), new Philox(3)]);
        Assert.Equal(all[Size..(2 * Size)], sampler.Draw([new Philox(2)]));
        Assert.NotEqual(all[..Size], all[Size..(2 * Size)]);
    }

    [Fact]
    public void Series_of_known_covariance_are_filled_better_than_by_the_mean_and_held_by_intervals()
    {
        (SeriesTable whole, SeriesTable holes) = SimulatedSeries.Table(60, 8, 0.4);
        var options = new SeriesCsdiOptions
        {
            Channels = 16, Blocks = 2, DiffusionSteps = 20, Epochs = 120, BatchSize = 8, ExpectationDraws = 20, Seed = 1,
        };
        SeriesImputer imputer = options.Registration.Train(holes, options);
        int inside = 0, count = 0;
        double own = SimulatedSeries.Error(whole, holes, series =>
        {
            double[] filled = new double[series.Cells.Length], same = new double[filled.Length];
            var uncertainties = new CellUncertainty[filled.Length];
            imputer.Impute(series, filled, uncertainties, 0.8);
            imputer.Impute(series, same);
            Assert.Equal(filled, same);
            double[] truth = whole.Items[holes.Items.ToList().IndexOf(series)].Cells;
            for (int i = 0; i < filled.Length; i++)
            {
                Assert.InRange(filled[i], uncertainties[i].Lower, uncertainties[i].Upper);
                if (!double.IsNaN(series.Cells[i]))
                    continue;
                count++;
                inside += truth[i] >= uncertainties[i].Lower && truth[i] <= uncertainties[i].Upper ? 1 : 0;
            }
            return filled;
        });
        Standardization scale = Standardization.Of(holes);
        double mean = SimulatedSeries.Error(
            whole, holes, series => [.. series.Cells.Select((x, i) => double.IsNaN(x) ? scale.Means[i % Variables] : x)]);
        Assert.True(own < 0.9 * mean, $"{own} against {mean}");
        Assert.InRange((double)inside / count, 0.5, 0.95);
    }

    [Fact]
    public void A_variable_that_was_never_observed_stays_missing()
    {
        (_, SeriesTable holes) = SimulatedSeries.Table(6, 5, 0.2);
        SeriesTable table = holes with
        {
            Items = [.. holes.Items.Select(series => series with { Cells = [.. series.Cells.Select((x, i) => i % 3 == 2 ? double.NaN : x)] })],
        };
        var options = new SeriesCsdiOptions { Channels = 4, Blocks = 1, DiffusionSteps = 3, Epochs = 1, ExpectationDraws = 2 };
        double[] filled = new double[15];
        options.Registration.Train(table, options).Impute(table.Items[0], filled);
        Assert.All(filled.Where((_, i) => i % 3 == 2), x => Assert.True(double.IsNaN(x)));
        Assert.All(filled.Where((_, i) => i % 3 != 2), x => Assert.True(double.IsFinite(x)));
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        SeriesCsdiOptions[] impossible =
        [
            new() { Steps = 0 }, new() { Channels = 0 }, new() { Blocks = 65 }, new() { DiffusionSteps = 1 }, new() { Epochs = 0 },
            new() { BatchSize = 0 }, new() { LearningRate = 0 }, new() { ExpectationDraws = 0 },
            new() { ExpectationDraws = 1000, DiffusionSteps = 101 }, new() { Direction = SeriesDirection.Causal },
        ];
        Assert.All(impossible, options => Assert.Throws<ArgumentOutOfRangeException>(options.Validate));
        SeriesCsdiOptions.Paper().Validate();
    }

    /// <summary>The mean and the variance that ancestral steps with the expected noise make of normal data, step by step.</summary>
    private static (double Mean, double Variance) Moments(double dataMean, double dataDeviation)
    {
        double mean = 0, variance = 1;
        foreach (Core.Solvers.ReverseStep step in Core.Solvers.ReverseProcess.Ancestral(s_process.Schedule))
        {
            double signal = s_process.Schedule.Signal(step.From), noise = s_process.Schedule.Noise(step.From);
            double all = signal * signal * dataDeviation * dataDeviation + noise * noise, gain = signal * dataDeviation * dataDeviation / all;
            // The data that are expected of a state: dataMean + gain (state - signal dataMean).
            double factor = step.State + step.Data * gain;
            mean = factor * mean + step.Data * (dataMean - gain * signal * dataMean);
            variance = factor * factor * variance + step.Noise * step.Noise;
        }
        return (mean, variance);
    }

    // Its last layer, at first zero, gets other values: otherwise nothing before it would have a gradient.
    private static CsdiDenoiser Denoiser()
    {
        var denoiser = new CsdiDenoiser(Variables, channels: 8, blocks: 2, isConditional: true, new Philox(1), Steps);
        Initializer.Normal(denoiser.Parameters()[^2], 0.3f, new Philox(2));
        return denoiser;
    }

    private static SeriesCsdiBatch Batch()
    {
        var batch = new SeriesCsdiBatch(s_process, Series, Steps, Variables);
        batch.Begin(new Philox(3));
        for (int i = 0; i < Series; i++)
        {
            double[] cells = [.. Normals(Size, (ulong)(20 + i)).Select(x => (double)x)];
            batch.Fill(i, cells, [0, 1, 2.5, 3.5], 0, new Philox(9).Fork((ulong)i));
        }
        Assert.InRange(batch.Count, 3, 2 * Size - 3);
        return batch;
    }

    private static float[] Normals(int count, ulong stream)
    {
        float[] values = new float[count];
        new Philox(1, stream).FillNormal(values);
        return values;
    }
}
