using Microsoft.ML.Diffusion.Tensors;

/// <summary>A network that is measured: columns in, columns out, and a forward pass.</summary>
internal abstract class Network : Module
{
    public abstract int Inputs { get; }

    public abstract int Outputs { get; }

    public abstract Tensor Forward(Tape tape, Tensor x);
}

/// <summary>Fully connected layers with one activation between them.</summary>
internal sealed class Perceptron : Network
{
    private readonly List<Linear> _layers = [];

    public Perceptron(Activation activation, params int[] widths)
    {
        (Inputs, Outputs) = (widths[0], widths[^1]);
        for (int i = 0; i + 1 < widths.Length; i++)
        {
            Activation after = i + 2 < widths.Length ? activation : Activation.None;
            _layers.Add(AddModule($"layer{i}", new Linear(widths[i], widths[i + 1], new Philox(1, (ulong)i), after)));
        }
    }

    public override int Inputs { get; }

    public override int Outputs { get; }

    public override Tensor Forward(Tape tape, Tensor x)
    {
        foreach (Linear layer in _layers)
            x = layer.Forward(tape, x);
        return x;
    }
}

/// <summary>A linear layer, residual blocks (norm, linear, SiLU, linear), a linear layer.</summary>
internal sealed class ResidualNetwork : Network
{
    private readonly Linear _first;
    private readonly List<ResidualBlock> _blocks = [];
    private readonly Linear _last;

    public ResidualNetwork(int inputs, int outputs, int width, int blocks)
    {
        (Inputs, Outputs) = (inputs, outputs);
        _first = AddModule("first", new Linear(inputs, width, new Philox(2)));
        for (int i = 0; i < blocks; i++)
            _blocks.Add(AddModule($"block{i}", new ResidualBlock(width, width, new Philox(3, (ulong)i))));
        _last = AddModule("last", new Linear(width, outputs, new Philox(4)));
    }

    public override int Inputs { get; }

    public override int Outputs { get; }

    public override Tensor Forward(Tape tape, Tensor x)
    {
        x = _first.Forward(tape, x);
        foreach (ResidualBlock block in _blocks)
            x = block.Forward(tape, x);
        return _last.Forward(tape, x);
    }
}
