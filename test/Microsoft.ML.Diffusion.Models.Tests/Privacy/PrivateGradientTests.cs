using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.PrivateColumns;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests.Privacy;

public class PrivateGradientTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void The_norm_of_a_row_in_a_batch_is_that_of_the_row_alone_by_brute_force(int classes)
    {
        const int Rows = 5, Slots = 6;
        var denoiser = new TabDdpmDenoiser(Slots, classes, [7, 9], dropout: 0, new Philox(1, 0));
        float[] states = new float[Rows * Slots], targets = new float[Rows * Slots];
        new Philox(2, 0).FillNormal(states);
        new Philox(3, 0).FillNormal(targets);
        float[] levels = [1, 40, 2, 99, 7];
        int[] labels = classes > 0 ? [0, 2, 1, 2, 2] : [];
        using Tape tape = new ManagedEngine(threads: 1).CreateTape(training: true);

        void Backward(int first, int count, GradientProbes? probes)
        {
            tape.Reset();
            Tensor state = tape.Input(new Shape(count, Slots)), target = tape.Input(new Shape(count, Slots));
            states.AsSpan(first * Slots, count * Slots).CopyTo(state.Data);
            targets.AsSpan(first * Slots, count * Slots).CopyTo(target.Data);
            Tensor said = denoiser.Forward(
                tape, state, levels.AsSpan(first, count), labels.AsSpan(Math.Min(first, labels.Length), Math.Min(count, labels.Length)),
                probes: probes);
            tape.Backward(tape.MaskedSquaredError(said, target, null, LossReduction.Sum));
        }

        GradientProbes probes = new();
        double[] norms = new double[Rows];
        Backward(0, Rows, probes);
        probes.Norms(norms);
        Clear(denoiser);
        for (int row = 0; row < Rows; row++)
        {
            Backward(row, 1, null);
            double alone = Norm(denoiser);
            Clear(denoiser);
            Assert.Equal(alone, norms[row], 1e-4 * alone);
        }
    }

    [Fact]
    public void No_row_changes_the_sum_by_more_than_the_norm_and_the_rows_of_a_sample_add_up()
    {
        const double Norm = 0.03;
        using Tape tape = new ManagedEngine(threads: 1).CreateTape(training: true);
        // The same seed: what is drawn for a row does not depend on which others are in the sample.
        double[] SumOf(params int[] sample)
        {
            var noise = new NoiseSource(5);
            PrivateRows rows = Rows(noise);
            var trainer = new PrivateTabDdpmTrainer(
                rows, NoiseSchedule.Cosine(20, 0.999),
                new TabDdpmSettings { Widths = [8], Steps = 1, BatchSize = 0, LearningRate = 1, Dropout = 0 },
                new GradientNoise(1, 1, 1, Norm), noise);
            trainer.AddSum(tape, sample);
            return [.. trainer.Denoiser.PrivateParameters()
                .SelectMany(parameter => parameter.Gradient.ToArray()).Select(value => (double)value)];
        }
        double[] first = SumOf(3), second = SumOf(7), both = SumOf(3, 7);
        Assert.InRange(Length(first), 0.9 * Norm, Norm);
        Assert.InRange(Length(second), 0.9 * Norm, Norm);
        Assert.All(both.Zip(first.Zip(second, (a, b) => a + b)), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Fact]
    public void The_noise_that_is_found_keeps_the_bound_and_hardly_less_would()
    {
        PrivacyBudget budget = new(3, 1e-6);
        double rho = 0.02;
        var noise = GradientNoise.Within(budget, rho, samplingRate: 0.05, steps: 500, clippingNorm: 1);
        Assert.InRange(noise.EpsilonAt(budget.Delta, rho), 0.99 * 3, 3);
        Assert.True((noise with { Multiplier = 0.99 * noise.Multiplier }).EpsilonAt(budget.Delta, rho) > 3);
        // What Opacus's accountant is expected to say; see GaussianAccountantTests.
        Assert.Equal(7.32911117143, new GradientNoise(1.5, 0.04, 2250, 1).EpsilonAt(1e-5), 1e-6);
        string said = Assert.Throws<ArgumentOutOfRangeException>(() => GradientNoise.Within(new(0.001, 1e-6), 0, 0.05, 500, 1)).Message;
        Assert.Contains("large enough", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Normal_noise_has_the_deviation_that_is_asked_for()
    {
        float[] values = new float[100_001];
        new NoiseSource(3).AddNormal(values, 2);
        Assert.InRange(values.Average(), -0.03, 0.03);
        Assert.InRange(Math.Sqrt(values.Average(value => (double)value * value)), 1.98, 2.02);
        // As many beyond three deviations as a normal number has, 0.27 %.
        Assert.InRange(values.Count(value => Math.Abs(value) > 6) / 100_001.0, 0.0020, 0.0034);
    }

    private static PrivateRows Rows(NoiseSource noise)
    {
        Table table = new([TableColumn.Categorical("a", "x", "y", "z"), TableColumn.Categorical("b", "u", "v")], 40);
        for (int row = 0; row < table.RowCount; row++)
            (table[row, 0], table[row, 1]) = (row % 3, row / 2 % 2);
        var survey = TableSurvey.Of(table, ["a=x|y|z", "b=u|v"], new PrivacyBudget(100, 1e-6), 1, 1, 8, label: 1, noise, default);
        return new PrivateRows(survey.Columns, label: 1);
    }

    private static double Length(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private static void Clear(TabDdpmDenoiser denoiser)
    {
        foreach (Parameter parameter in denoiser.Parameters())
            parameter.ZeroGradient();
    }

    private static double Norm(TabDdpmDenoiser denoiser)
    {
        double sum = 0;
        foreach (Parameter parameter in denoiser.PrivateParameters())
        {
            foreach (float value in parameter.Gradient)
                sum += (double)value * value;
        }
        return Math.Sqrt(sum);
    }
}
