using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models;

/// <summary>A residual network that predicts the unknown cells of a row from the known ones: for a number what
/// <see cref="GaussianProcess.InnovationFromData"/> defines (at full noise the number itself), for a category its logits.</summary>
internal sealed class ConditionalDenoiser : Module
{
    private readonly Linear _first;
    private readonly ResidualBlock[] _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _last;

    public ConditionalDenoiser(ConditionalInput input, int slots, int width, int blocks, Philox random)
    {
        Input = input;
        _first = AddModule("first", new Linear(input.Width, width, random.Fork(0)));
        _blocks = new ResidualBlock[blocks];
        for (int i = 0; i < blocks; i++)
            _blocks[i] = AddModule($"blocks.{i}", new ResidualBlock(width, width, random.Fork((ulong)(2 + i))));
        _norm = AddModule("norm", new LayerNorm(width));
        // Zero at first: the mean of a scaled number and equal probabilities are where learning starts.
        _last = AddModule("last", new Linear(width, slots, random.Fork(1)).Zero());
    }

    /// <summary>Width of the residual blocks.</summary>
    public int Width => _norm.Bias.Shape.Columns;

    /// <summary>Number of residual blocks.</summary>
    public int Blocks => _blocks.Length;

    /// <summary>What the network sees of a row.</summary>
    public ConditionalInput Input { get; }

    /// <summary>Predicts.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="input">[rows, <see cref="ConditionalInput.Width"/>].</param>
    /// <returns>[rows, slots].</returns>
    public Tensor Forward(Tape tape, Tensor input)
    {
        Tensor x = _first.Forward(tape, input);
        foreach (ResidualBlock block in _blocks)
            x = block.Forward(tape, x);
        return _last.Forward(tape, tape.Apply(_norm.Forward(tape, x), Activation.SiLU));
    }
}
