using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Brits;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Series.Methods.Saits;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Networks;

/// <summary>SAITS and BRITS.</summary>
public class WindowNetworkTests
{
    private const int Variables = 3, Steps = 5, Windows = 2;

    public static TheoryData<string> Methods => ["saits", "brits"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_gradient_of_every_parameter_is_the_slope_of_the_loss(string method)
    {
        WindowNetwork network = Network(method);
        // Away from 0, where what decays has a corner.
        foreach (Parameter bias in network.Parameters().Where(own => own.Name == "value_decay_bias"))
            Initializer.Constant(bias, 0.1f);
        WindowBatch batch = Batch(hidden: 0.3f);
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: true);
        Assert.All(network.Parameters(), parameter => Assert.Equal(0, Slope(parameter), 2e-3));

        double Loss()
        {
            tape.Reset();
            return network.Gradient(tape, batch, new Philox(5));
        }

        double Slope(Parameter parameter)
        {
            const float Small = 2e-4f;
            float[] direction = Normals(parameter.Shape.Count, 7);
            foreach (Parameter own in network.Parameters())
                own.ZeroGradient();
            Loss();
            // Weights by which a variable would predict itself are no parameters.
            for (int i = 0; i < direction.Length; i++)
                direction[i] = parameter.Gradient[i] == 0 ? 0 : direction[i];
            double size = Math.Sqrt(direction.Sum(d => d * d)), expected = 0;
            if (size == 0)
                return 0;
            for (int i = 0; i < direction.Length; i++)
                expected += direction[i] * parameter.Gradient[i] / size;
            float[] start = parameter.Value.ToArray();
            double[] losses = [.. new[] { Small, -Small }.Select(length =>
            {
                Span<float> values = parameter.Update();
                for (int i = 0; i < values.Length; i++)
                    values[i] = start[i] + (float)(length / size * direction[i]);
                return Loss();
            })];
            start.CopyTo(parameter.Update());
            return (losses[0] - losses[1]) / (2 * Small) - expected;
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_window_is_filled_alone_as_among_others_and_missing_values_do_not_matter(string method)
    {
        WindowNetwork network = Network(method);
        WindowBatch both = Batch(hidden: 0.3f), alone = new(1, Steps, Variables);
        Fill(alone, 0, 1, 0.3f);
        using var engine = new ManagedEngine(2);
        using Tape tape = engine.CreateTape(training: false);
        float[] all = Filled(both), own = Filled(alone);
        Assert.Equal(own, all[(Steps * Variables)..]);
        // What is hidden is told to nobody.
        both.Truths.AsSpan().Fill(9);
        Assert.Equal(all, Filled(both));

        float[] Filled(WindowBatch batch)
        {
            float[] filled = new float[batch.Values.Length];
            tape.Reset();
            network.Fill(tape, batch, filled);
            return filled;
        }
    }

    [Fact]
    public void What_others_say_of_a_value_does_not_depend_on_it_and_training_keeps_it_so()
    {
        var direction = new RecurrentDirection(Variables, width: 4, new Philox(1));
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        float[] before = Said(1), after = Said(50);
        // Of the first step: what the state says and what the others say of the second variable, whose value has changed.
        Assert.Equal(before[1], after[1]);
        Assert.Equal(before[Variables + 1], after[Variables + 1]);
        Assert.NotEqual(before[Variables], after[Variables]);

        float[] Said(float value)
        {
            tape.Reset();
            Tensor[] values = [Row(0.5f, value, -0.5f)], known = [Row(1, 1, 1)], missing = [Row(0, 0, 0)], gaps = [Row(0, 0, 0)];
            return direction.Forward(tape, values, known, missing, gaps)[0].Data.ToArray();
        }

        Tensor Row(params ReadOnlySpan<float> numbers)
        {
            Tensor row = tape.Input(new Shape(1, numbers.Length));
            numbers.CopyTo(row.Data);
            return row;
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Correlated_series_are_filled_better_than_by_the_mean(string method)
    {
        (SeriesTable whole, SeriesTable holes) = SimulatedSeries.Table(120, 12, 0.4);
        WindowOptions options = method == "saits"
            ? new SaitsOptions { Width = 32, Layers = 1, Epochs = 60, BatchSize = 16, LearningRate = 3e-3 }
            : new BritsOptions { Width = 24, Epochs = 40, BatchSize = 16, LearningRate = 3e-3 };
        SeriesImputer imputer = options.Registration.Train(holes, options);
        double own = SimulatedSeries.Error(whole, holes, series =>
        {
            double[] filled = new double[series.Cells.Length];
            imputer.Impute(series, filled);
            return filled;
        });
        Standardization scale = Standardization.Of(holes);
        double mean = SimulatedSeries.Error(
            whole, holes, series => [.. series.Cells.Select((x, i) => double.IsNaN(x) ? scale.Means[i % Variables] : x)]);
        Assert.True(own < 0.85 * mean, $"{own} against {mean}");
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        SeriesImputerOptions[] impossible =
        [
            new SaitsOptions { Width = 66 }, new SaitsOptions { Layers = 0 }, new SaitsOptions { Hidden = 1 },
            new SaitsOptions { Steps = 0 },
            new SaitsOptions { Direction = SeriesDirection.Causal }, new BritsOptions { Width = 0 }, new BritsOptions { Epochs = 0 },
            new BritsOptions { BatchSize = 0 }, new BritsOptions { LearningRate = 0 },
        ];
        Assert.All(impossible, options => Assert.Throws<ArgumentOutOfRangeException>(options.Validate));
        SaitsOptions.Paper().Validate();
        BritsOptions.Paper().Validate();
    }

    private static WindowNetwork Network(string method) => method == "saits"
        ? new SaitsNetwork(Variables, Steps, width: 8, heads: 2, layers: 2, new Philox(1))
        : new BritsNetwork(Variables, Steps, width: 4, new Philox(1));

    private static WindowBatch Batch(float hidden)
    {
        var batch = new WindowBatch(Windows, Steps, Variables);
        for (int place = 0; place < Windows; place++)
            Fill(batch, place, place, hidden);
        return batch;
    }

    // The second series ends before the window does.
    private static void Fill(WindowBatch batch, int place, int number, float hidden)
    {
        double[] cells = [.. Normals((Steps - number) * Variables, (ulong)number).Select((x, i) => i % 4 == 3 ? double.NaN : x)];
        double[] times = [.. Enumerable.Range(0, Steps - number).Select(t => t * 1.3)];
        batch.Fill(place, cells, times, 0, hidden, new Philox(3, (ulong)number));
    }

    private static float[] Normals(int count, ulong stream)
    {
        float[] values = new float[count];
        new Philox(1, stream).FillNormal(values);
        return values;
    }
}
