using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class CsdiDenoiserTests
{
    private const int Rows = 3, Tokens = 5;
    private static readonly GaussianProcess s_process = new(NoiseSchedule.Quadratic(100));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_of_every_parameter_is_the_slope_of_the_loss(bool isConditional)
    {
        CsdiDenoiser denoiser = Denoiser(isConditional);
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: true);
        Assert.All(denoiser.Parameters(), parameter => Assert.Equal(0, Slope(parameter), 2e-3));

        double Slope(Parameter parameter)
        {
            const float Step = 1e-3f;
            float[] direction = Normals(parameter.Shape.Count, 7);
            Loss(tape, denoiser, isConditional, backward: true);
            double expected = 0;
            for (int i = 0; i < direction.Length; i++)
                expected += direction[i] * parameter.Gradient[i];
            double size = Math.Sqrt(direction.Sum(d => d * d));
            float[] start = parameter.Value.ToArray();
            double[] losses = [.. new[] { Step, -Step }.Select(step =>
            {
                Span<float> values = parameter.Update();
                for (int i = 0; i < values.Length; i++)
                    values[i] = start[i] + (float)(step / size * direction[i]);
                return Loss(tape, denoiser, isConditional, backward: false);
            })];
            start.CopyTo(parameter.Update());
            return ((losses[0] - losses[1]) / (2 * Step)) - (expected / size);
        }
    }

    [Fact]
    public void A_row_is_predicted_alone_as_in_a_batch_and_with_one_level_as_with_many()
    {
        CsdiDenoiser denoiser = Denoiser(isConditional: true);
        using var engine = new ManagedEngine(2);
        using Tape tape = engine.CreateTape(training: false);
        float[] together = Predict(tape, denoiser, 0, Rows, [9, 9, 9]), alone = Predict(tape, denoiser, 1, 1, [9]);
        Assert.Equal(together, Predict(tape, denoiser, 0, Rows, [9]));
        Assert.Equal(together[Tokens..(2 * Tokens)], alone);
    }

    [Fact]
    public void Tokens_of_one_row_hear_of_each_other_and_not_of_other_rows()
    {
        CsdiDenoiser denoiser = Denoiser(isConditional: false);
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        float[] before = Predict(tape, denoiser, 0, Rows, [3]);
        float[] after = Predict(tape, denoiser, 0, Rows, [3], change: Tokens);
        Assert.Equal(before[..Tokens], after[..Tokens]);
        Assert.Equal(before[(2 * Tokens)..], after[(2 * Tokens)..]);
        Assert.All(Enumerable.Range(Tokens, Tokens), i => Assert.NotEqual(before[i], after[i]));
    }

    [Fact]
    public void Untrained_it_predicts_the_share_of_noise_in_the_state()
    {
        var denoiser = new CsdiDenoiser(Tokens, 16, 2, isConditional: true, new Philox(1));
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        float[] predicted = Predict(tape, denoiser, 0, Rows, [5]);
        tape.Reset();
        Tensor input = Input(tape, denoiser, 0, Rows).Input;
        for (int i = 0; i < predicted.Length; i++)
            Assert.Equal(s_process.Schedule.Noise(5) * input.Data[(2 * i) + 1], predicted[i], 1e-6);
    }

    // Its last layer, at first zero, gets other values: otherwise nothing before it would have a gradient.
    private static CsdiDenoiser Denoiser(bool isConditional)
    {
        var denoiser = new CsdiDenoiser(Tokens, channels: 12, blocks: 2, isConditional, new Philox(1));
        Initializer.Normal(denoiser.Parameters()[^2], 0.3f, new Philox(2));
        return denoiser;
    }

    private static double Loss(Tape tape, CsdiDenoiser denoiser, bool isConditional, bool backward)
    {
        tape.Reset();
        foreach (Parameter parameter in denoiser.Parameters())
            parameter.ZeroGradient();
        Tensor target = tape.Input(new Shape(Rows * Tokens, 1));
        Normals(target.Shape.Count, 3).CopyTo(target.Data);
        (Tensor input, Tensor? known) = Input(tape, denoiser, 0, Rows);
        Tensor loss = tape.MaskedSquaredError(denoiser.Forward(tape, input, known, s_process, [1, 40, 100], new Philox(4)), target, null);
        if (backward)
            tape.Backward(loss);
        return loss.Data[0];
    }

    private static float[] Predict(Tape tape, CsdiDenoiser denoiser, int first, int rows, int[] levels, int change = -1)
    {
        tape.Reset();
        (Tensor input, Tensor? known) = Input(tape, denoiser, first, rows);
        if (change >= 0)
            input.Data[change]++;
        return denoiser.Forward(tape, input, known, s_process, levels).Data.ToArray();
    }

    private static (Tensor Input, Tensor? Known) Input(Tape tape, CsdiDenoiser denoiser, int first, int rows)
    {
        Tensor input = tape.Input(new Shape(rows * Tokens, denoiser.InputWidth));
        for (int row = 0; row < rows; row++)
            Normals(Tokens * denoiser.InputWidth, (ulong)(10 + first + row)).CopyTo(input.Data[(row * Tokens * denoiser.InputWidth)..]);
        if (!denoiser.IsConditional)
            return (input, null);
        Tensor known = tape.Input(new Shape(rows * Tokens, 1));
        for (int i = 0; i < known.Data.Length; i++)
            known.Data[i] = i % Tokens % 2;
        return (input, known);
    }

    private static float[] Normals(int count, ulong stream)
    {
        float[] values = new float[count];
        new Philox(1, stream).FillNormal(values);
        return values;
    }
}
