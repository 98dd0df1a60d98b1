using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Tests.Training;

public class GivenSlopesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Small_slopes_come_back_whole_from_large_numbers(float size)
    {
        using var engine = new ManagedEngine(threads: 1);
        using Tape tape = engine.CreateTape(training: true);
        var layer = new Linear(1, 3, new Philox(1));
        new[] { size, -size, 2 * size }.CopyTo(layer.Bias!.Update());
        float[] slopes = [1e-6f, -3e-7f, 2e-8f];

        // Of an input of 0 the layer says its bias.
        GivenSlopes.Backward(tape, layer.Forward(tape, tape.Input(new Shape(1, 1))), slopes);

        for (int i = 0; i < slopes.Length; i++)
            Assert.Equal(slopes[i], layer.Bias!.Gradient[i], 1e-4 * Math.Abs(slopes[i]));
    }
}
