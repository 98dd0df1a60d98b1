using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>A residual network of a few columns, with dropout.</summary>
internal sealed class SmallNetwork : Module
{
    private const int Columns = 6;

    private readonly Linear _first;
    private readonly ResidualBlock _block;
    private readonly Linear _last;

    public SmallNetwork(int width = 16)
    {
        _first = AddModule("first", new Linear(Columns, width, new Philox(1)));
        _block = AddModule("block", new ResidualBlock(width, width, new Philox(2), dropout: 0.1f));
        _last = AddModule("last", new Linear(width, Columns, new Philox(3)));
    }

    /// <summary>The loss of a batch that the number of the step decides.</summary>
    public Tensor Loss(Tape tape, int step, int rows = 32)
    {
        tape.Reset();
        Tensor x = Sameness.Normals(tape, new Shape(rows, Columns), (ulong)step), target = tape.Input(x.Shape);
        for (int i = 0; i < target.Data.Length; i++)
            target.Data[i] = MathF.Sin(x.Data[i]);
        Tensor hidden = _block.Forward(tape, _first.Forward(tape, x), random: new Philox(4, (ulong)step));
        return tape.MaskedSquaredError(_last.Forward(tape, hidden), target, mask: null);
    }

    /// <summary>Takes some steps, then puts averages of the weights in their place.</summary>
    public void Train(TensorEngine engine, int steps, AdamOptions? options = null, double averageDecay = 0.5)
    {
        using Tape tape = engine.CreateTape(training: true);
        Optimizer optimizer = engine.CreateAdam(Parameters(), options ?? new AdamOptions());
        ExponentialMovingAverage average = engine.CreateAverage(Parameters(), averageDecay);
        for (int step = 0; step < steps; step++)
        {
            tape.Backward(Loss(tape, step));
            optimizer.Step();
            average.Update();
        }
        average.Swap();
    }
}
