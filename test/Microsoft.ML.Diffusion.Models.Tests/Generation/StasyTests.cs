using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.Stasy;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class StasyTests
{
    private const double Smallest = 0.01, Largest = 0.8;

    [Fact]
    public void Rows_with_a_small_loss_count_first_and_in_the_end_all_do()
    {
        var pace = new SelfPace(0.25, 0.75, steps: 100);
        double[] losses = [4, 0, 1, 3, 2], weights = new double[5];
        // The quantiles are 1 and 3.
        pace.Weigh(0, losses, weights);
        Assert.Equal([0, 1, 1, 0, 0.5], weights);
        pace.Weigh(100, losses, weights);
        Assert.Equal([1, 1, 1, 1, 1], weights);
    }

    [Fact]
    public void The_pace_rises_as_the_paper_says()
    {
        var pace = new SelfPace(0.25, 0.9, steps: 10_000);
        Assert.Equal(0.25, pace.At(0.25, 0));
        // The published code has log(1 + 0.0001718 x 0.75 x steps).
        Assert.Equal(0.25 + Math.Log(1 + (0.0001718 * 0.75 * 2000)), pace.At(0.25, 2000), 1e-4);
        Assert.Equal(1, pace.At(0.25, 9_999));
        Assert.Equal(1, pace.At(0.9, 10_000));
        Assert.All(Enumerable.Range(0, 99), step => Assert.True(pace.At(0.25, 100 * step) <= pace.At(0.25, 100 * (step + 1))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_of_the_network_is_that_of_its_differences(bool divides)
    {
        using var engine = new ManagedEngine(threads: 1);
        var denoiser = new StasyDenoiser(3, [5, 4], divides, new Philox(2));
        float[] direction = [0.3f, -1, 0.7f, 1, 0.2f, -0.4f];
        double Value()
        {
            using Tape tape = engine.CreateTape(training: false);
            ReadOnlySpan<float> told = Forward(tape, denoiser).Data;
            double sum = 0;
            for (int i = 0; i < told.Length; i++)
                sum += direction[i] * told[i];
            return sum;
        }

        using (Tape tape = engine.CreateTape(training: true))
            GivenSlopes.Backward(tape, Forward(tape, denoiser), direction);
        foreach (Parameter parameter in denoiser.Parameters())
        {
            for (int i = 0; i < parameter.Shape.Count; i += 3)
            {
                float own = parameter.Value[i];
                parameter.Update()[i] = own + 0.01f;
                double above = Value();
                parameter.Update()[i] = own - 0.01f;
                double below = Value();
                parameter.Update()[i] = own;
                Assert.Equal((above - below) / 0.02, parameter.Gradient[i], 2e-3);
            }
        }
    }

    [Fact]
    public void The_density_of_a_row_is_that_of_the_flow_s_closed_form()
    {
        // A score of A x + b with a diagonal A: along it the density is that of the noise at the end, times what the flow stretches.
        (StasyDenoiser denoiser, float[] slopes, float[] shifts) = Linear();
        Table table = new([TableColumn.Numeric("a"), TableColumn.Numeric("b")], 300);
        for (int row = 0; row < table.RowCount; row++)
            (table[row, 0], table[row, 1]) = (row % 17, row % 5);
        table[4, 1] = double.NaN;
        var process = new VarianceExplodingProcess(Smallest, Largest);
        TableEncoder encoder = TableEncoder.Fit(table, NumericScaling.MinMax);
        EncodedRows rows = encoder.Encode(table);
        using var engine = new ManagedEngine(threads: 2);
        RowDensity[] densities = RowDensities.Of(
            denoiser, process, rows, 1e-8, new Philox(1), engine, TrainingDeadline.None, default)!;
        double half = (Math.Pow(Largest, 2) - Math.Pow(Smallest, 2)) / 2;
        foreach (int row in new[] { 0, 4, 21, 299 })
        {
            double sum = 0;
            int known = 0;
            for (int i = 0; i < 2; i++)
            {
                if (double.IsNaN(table[row, i]))
                    continue;
                double x = (2 * rows.Row(row)[i]) - 1, stretch = Math.Exp(-slopes[i] * half);
                double end = (stretch * (x + (shifts[i] / slopes[i]))) - (shifts[i] / slopes[i]);
                sum += Math.Log(stretch) - (0.5 * Math.Log(2 * Math.PI)) - Math.Log(Largest) - (0.5 * Math.Pow(end / Largest, 2));
                known++;
            }
            Assert.Equal(sum, densities[row].Sum, 2e-4);
            Assert.Equal(known, densities[row].Slots);
        }
    }

    [Fact]
    public void Rows_are_made_where_the_flow_s_closed_form_ends()
    {
        (StasyDenoiser denoiser, float[] slopes, float[] shifts) = Linear();
        using var engine = new ManagedEngine(threads: 1);
        using Tape tape = engine.CreateTape(training: false);
        var flow = new GeneratingFlow(denoiser, new VarianceExplodingProcess(Smallest, Largest), tape, rows: 2);
        double[] states = [0.5, -0.3, 0.1, 0.7];
        // The second number of the second row is known.
        (flow.Known[3], flow.Values[3], flow.Noise[3]) = (true, 0.25f, -1);
        double[] start = [.. states];
        new DormandPrince(flow, 2, 1e-8).Solve(1, 0, states, default);
        double half = (Math.Pow(Largest, 2) - Math.Pow(Smallest, 2)) / 2;
        for (int place = 0; place < 3; place++)
        {
            int i = place % 2;
            double fixedPoint = -shifts[i] / slopes[i];
            Assert.Equal(fixedPoint + (Math.Exp(slopes[i] * half) * (start[place] - fixedPoint)), states[place], 1e-5);
        }
        Assert.Equal(0.7, states[3]);
    }

    [Fact]
    public void Incomplete_rows_teach_more_than_rows_filled_with_means()
    {
        Table rows = Simulated.Pairs(2000), holes = Simulated.Pairs(2000), means = Simulated.Pairs(2000);
        double mean = Enumerable.Range(0, 2000).Average(row => rows[row, 1]);
        for (int row = 0; row < 2000; row++)
        {
            if (new Philox(5, (ulong)row).Uniform(0) < 0.4)
                (holes[row, 1], means[row, 1]) = (double.NaN, mean);
        }
        double real = Deviation(rows);
        Assert.Equal(real, Deviation(Made(holes)), 0.2 * real);
        Assert.True(Deviation(Made(means)) < 0.87 * real);
    }

    [Fact]
    public void Tuning_on_unlikely_rows_makes_a_rare_kind_of_rows_likelier()
    {
        // One row in twenty lies apart from the others.
        Table rows = new([TableColumn.Numeric("a"), TableColumn.Numeric("b")], 1000);
        for (int row = 0; row < rows.RowCount; row++)
        {
            Philox own = new(6, (ulong)row);
            double middle = row % 20 == 0 ? 5 : 0;
            (rows[row, 0], rows[row, 1]) = (middle + own.Uniform(0), -middle + own.Uniform(1));
        }
        double plain = DensityOfRareRows(rounds: 0), tuned = DensityOfRareRows(rounds: 1);
        Assert.True(tuned > plain + 0.05, $"{plain} before, {tuned} after");

        double DensityOfRareRows(int rounds)
        {
            StasySettings settings = new()
            {
                Widths = [32], IsScaled = true, Steps = 300, BatchSize = 10, LearningRate = 3e-3, Pace = (0.25, 0.9),
                FineTuningRounds = rounds, FineTuningRate = 1e-3,
            };
            var process = new VarianceExplodingProcess(0.01, 10);
            using var engine = new ManagedEngine(threads: 2);
            EncodedRows encoded = TableEncoder.Fit(rows, NumericScaling.MinMax).Encode(rows);
            var training = new GenerationTraining(
                null!, new ProgressMeter(null, TrainingDeadline.None), null, new TrainingClock(TrainingDeadline.None, threads: 1),
                TrainingDeadline.None, default);
            StasyDenoiser denoiser = new StasyTrainer(encoded, process, settings, new Philox(3)).Train(engine, training);
            RowDensity[] densities = RowDensities.Of(denoiser, process, encoded, 1e-4, new Philox(9), engine, TrainingDeadline.None, default)!;
            return Enumerable.Range(0, densities.Length).Where(row => row % 20 == 0).Average(row => densities[row].PerSlot);
        }
    }

    [Fact]
    public void The_preset_is_the_paper_s_and_trains()
    {
        StasyOptions options = StasyOptions.Paper();
        (options.Steps, options.BatchSize, options.Tolerance, options.FineTuningRounds) = (2, 50, 0.1, 1);
        Assert.Equal(5, DiffusionGenerator.Train(Simulated.Pairs(50), options).Generate(5).RowCount);
    }

    [Fact]
    public void What_cannot_be_done_is_refused()
    {
        foreach (StasyOptions options in new StasyOptions[]
        {
            new() { EasyShare = -0.1 }, new() { EasyShare = 0.5, CountedShare = 0.4 }, new() { LargestNoise = 0.1 },
            new() { Tolerance = 0 }, new() { FineTuningRounds = -1 }, new() { FineTuningRate = 0 }, new() { Layers = [0] },
        })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => DiffusionGenerator.Train(Generators.Rows, options));
        }
        Table same = new([TableColumn.Numeric("a")], 10);
        Assert.Contains(
            "No column varies", Assert.Throws<InvalidDataException>(() => DiffusionGenerator.Train(same, new StasyOptions())).Message,
            StringComparison.Ordinal);
    }

    private static Table Made(Table rows)
    {
        var options = (StasyOptions)Generators.Quick("stasy");
        return DiffusionGenerator.Train(rows, options).Generate(2000, seed: 1);
    }

    private static double Deviation(Table table)
    {
        double mean = Enumerable.Range(0, table.RowCount).Average(row => table[row, 1]);
        return Math.Sqrt(Enumerable.Range(0, table.RowCount).Average(row => Math.Pow(table[row, 1] - mean, 2)));
    }

    // Two inputs, beside which no layer stands.
    private static Tensor Forward(Tape tape, StasyDenoiser denoiser)
    {
        Tensor state = tape.Input(new Shape(2, 3)), sigma = tape.Input(new Shape(2, 1));
        new[] { 0.5f, -1, 2, 0.1f, 0.4f, -0.8f }.CopyTo(state.Data);
        new[] { 0.2f, 3 }.CopyTo(sigma.Data);
        return denoiser.Forward(tape, state, sigma);
    }

    private static (StasyDenoiser Denoiser, float[] Slopes, float[] Shifts) Linear()
    {
        float[] slopes = [-0.7f, -1.3f], shifts = [0.2f, -0.4f];
        var denoiser = new StasyDenoiser(2, [], isScaled: false, new Philox(1));
        foreach (Parameter parameter in denoiser.Parameters())
        {
            if (parameter.Shape.Count == 2)
                shifts.CopyTo(parameter.Update());
            else
                new[] { slopes[0], 0, 0, slopes[1] }.CopyTo(parameter.Update());
        }
        return (denoiser, slopes, shifts);
    }
}
