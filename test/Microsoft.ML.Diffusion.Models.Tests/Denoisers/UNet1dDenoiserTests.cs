using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class UNet1dDenoiserTests
{
    [Theory]
    [InlineData(1, 4)]
    [InlineData(5, 8)]
    [InlineData(64, 64)]
    [InlineData(65, 72)]
    [InlineData(1071, 1088)]
    public void Any_number_of_columns_is_padded_to_whole_positions(int slots, int padded)
    {
        var network = new UNet1dDenoiser(slots, classes: 0, channels: 4, new Philox(1));
        Assert.Equal(padded, network.PaddedSlots);
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        Tensor state = tape.Input(new Shape(2, padded));
        state.Data.Fill(0.5f);
        Assert.Equal(state.Shape, network.Forward(tape, state, [1, 2], []).Shape);
    }

    [Fact]
    public void Gradients_are_those_of_central_differences()
    {
        var network = new UNet1dDenoiser(slots: 6, classes: 2, channels: 2, new Philox(1));
        Parameter[] parameters = [.. network.Parameters()];
        for (int p = 0; p < parameters.Length; p++)
        {
            float[] values = new float[parameters[p].Shape.Count];
            new Philox(2, (ulong)p).FillNormal(values);
            for (int i = 0; i < values.Length; i++)
                parameters[p].Update()[i] += 0.3f * values[i];
        }
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: true);
        Tensor Loss()
        {
            tape.Reset();
            Tensor state = tape.Input(new Shape(3, network.PaddedSlots)), target = tape.Input(state.Shape);
            new Philox(3).FillNormal(state.Data);
            new Philox(4).FillNormal(target.Data);
            return tape.MaskedSquaredError(network.Forward(tape, state, [1, 7, 30], [0, 1, 0]), target, mask: null);
        }
        tape.Backward(Loss());
        float[][] gradients = [.. parameters.Select(parameter => parameter.Gradient.ToArray())];
        for (int p = 0; p < parameters.Length; p++)
        {
            for (int i = 0; i < gradients[p].Length; i += Math.Max(1, gradients[p].Length / 5))
            {
                float value = parameters[p].Value[i];
                parameters[p].Update()[i] = value + 5e-3f;
                double up = Loss().Data[0];
                parameters[p].Update()[i] = value - 5e-3f;
                double down = Loss().Data[0], difference = (up - down) / 1e-2;
                parameters[p].Update()[i] = value;
                Assert.True(
                    Math.Abs(difference - gradients[p][i]) <= 5e-3 * Math.Max(1, Math.Abs(difference)),
                    $"{parameters[p].Name} {i}: {gradients[p][i]} against {difference}");
            }
        }
    }

    [Fact]
    public void A_row_s_answer_does_not_depend_on_the_rows_around_it()
    {
        var network = new UNet1dDenoiser(slots: 30, classes: 0, channels: 8, new Philox(1));
        foreach (Parameter parameter in network.Parameters())
        {
            float[] values = new float[parameter.Shape.Count];
            new Philox(5).FillNormal(values);
            for (int i = 0; i < values.Length; i++)
                parameter.Update()[i] += 0.1f * values[i];
        }
        using var engine = new ManagedEngine(2);
        using Tape tape = engine.CreateTape(training: false);
        float[] states = new float[40 * network.PaddedSlots], levels = [.. Enumerable.Range(1, 40).Select(i => (float)i)];
        new Philox(1).FillNormal(states);
        float[] Predict(int start, int count)
        {
            tape.Reset();
            Tensor input = tape.Input(new Shape(count, network.PaddedSlots));
            states.AsSpan(start * network.PaddedSlots, count * network.PaddedSlots).CopyTo(input.Data);
            return network.Forward(tape, input, levels.AsSpan(start, count), []).Data.ToArray();
        }
        float[] together = Predict(0, 40), alone = Predict(17, 1);
        Assert.Equal(together.AsSpan(17 * network.PaddedSlots, network.PaddedSlots).ToArray(), alone);
    }
}
