using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>A residual network that tells the probabilities of every unknown token of a row given the known ones. It is not told the noise
/// level: of a masked row that is the number of unknown tokens (Ou et al. 2024, section 3).</summary>
internal sealed class MaskedDenoiser : Module
{
    private readonly ResidualBlock[] _blocks;
    private readonly LayerNorm _norm;

    public MaskedDenoiser(TableTokenizer tokenizer, int width, int blocks, float dropout, Philox random)
    {
        Input = new TokenInput(tokenizer.Encoded);
        First = AddModule("first", new Linear(Input.Width, width, random.Fork(0)));
        _blocks = new ResidualBlock[blocks];
        for (int i = 0; i < blocks; i++)
            _blocks[i] = AddModule($"blocks.{i}", new ResidualBlock(width, width, random.Fork((ulong)(2 + i)), dropout: dropout));
        _norm = AddModule("norm", new LayerNorm(width));
        Last = AddModule("last", new Linear(width, tokenizer.SlotCount, random.Fork(1)).Zero());
        Ordered = AddModule("ordered", new OrderedLogits(tokenizer.Encoded, tokenizer.Groups, width, random));
    }

    /// <summary>Width of the residual blocks.</summary>
    public int Width => _norm.Bias.Shape.Columns;

    /// <summary>Number of residual blocks.</summary>
    public int Blocks => _blocks.Length;

    /// <summary>What the network sees of a row.</summary>
    public TokenInput Input { get; }

    /// <summary>The first layer.</summary>
    public Linear First { get; }

    /// <summary>The last layer.</summary>
    public Linear Last { get; }

    /// <summary>What is added to the logits that the last layer gives.</summary>
    public OrderedLogits Ordered { get; }

    /// <summary>Starts at each token's own frequency, as a network that has learned nothing else would end.</summary>
    /// <param name="logFrequencies">Per slot.</param>
    public void StartFrom(ReadOnlySpan<float> logFrequencies) => logFrequencies.CopyTo(Last.Bias!.Update());

    /// <summary>Predicts.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="input">[rows, <see cref="TokenInput.Width"/>].</param>
    /// <param name="random">This step's random stream, for dropout.</param>
    /// <returns>[rows, slots]: logits.</returns>
    public Tensor Forward(Tape tape, Tensor input, Philox random = default)
    {
        Tensor hidden = Hidden(tape, First.Forward(tape, input), random);
        return Ordered.AddTo(tape, hidden, Last.Forward(tape, hidden));
    }

    /// <summary>What the logits of all columns are computed from.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[rows, <see cref="Width"/>]: what comes out of the first layer.</param>
    /// <param name="random">This step's random stream, for dropout.</param>
    /// <returns>[rows, <see cref="Width"/>].</returns>
    public Tensor Hidden(Tape tape, Tensor x, Philox random = default)
    {
        for (int i = 0; i < _blocks.Length; i++)
            x = _blocks[i].Forward(tape, x, condition: null, random.Fork((ulong)i));
        return tape.Apply(_norm.Forward(tape, x), Activation.SiLU);
    }
}
