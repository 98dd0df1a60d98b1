using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>A residual network that tells the probabilities of every unknown token of a row given the known ones. It is not told the noise
/// level: of a masked row that is the number of unknown tokens (Ou et al. 2024, section 3).</summary>
internal sealed class MaskedDenoiser : Module
{
    private readonly Linear _first;
    private readonly ResidualBlock[] _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _last;
    private readonly OrderedLogits _ordered;

    public MaskedDenoiser(TableTokenizer tokenizer, int width, int blocks, float dropout, Philox random)
    {
        Input = new TokenInput(tokenizer.Encoded);
        _first = AddModule("first", new Linear(Input.Width, width, random.Fork(0)));
        _blocks = new ResidualBlock[blocks];
        for (int i = 0; i < blocks; i++)
            _blocks[i] = AddModule($"blocks.{i}", new ResidualBlock(width, width, random.Fork((ulong)(2 + i)), dropout: dropout));
        _norm = AddModule("norm", new LayerNorm(width));
        _last = AddModule("last", new Linear(width, tokenizer.SlotCount, random.Fork(1)).Zero());
        _ordered = AddModule("ordered", new OrderedLogits(tokenizer.Encoded, tokenizer.Groups, width, random));
    }

    /// <summary>Width of the residual blocks.</summary>
    public int Width => _norm.Bias.Shape.Columns;

    /// <summary>Number of residual blocks.</summary>
    public int Blocks => _blocks.Length;

    /// <summary>What the network sees of a row.</summary>
    public TokenInput Input { get; }

    /// <summary>Starts at each token's own frequency, as a network that has learned nothing else would end.</summary>
    /// <param name="logFrequencies">Per slot.</param>
    public void StartFrom(ReadOnlySpan<float> logFrequencies) => logFrequencies.CopyTo(_last.Bias!.Update());

    /// <summary>Predicts for rows of which the network is told the tokens of some columns.</summary>
    /// <param name="tape">The step, which is reset.</param>
    /// <param name="tokens">All rows of a table, a token each column.</param>
    /// <param name="rows">The rows that are asked for.</param>
    /// <param name="known">The columns that it is told.</param>
    /// <returns>[rows, slots]: logits.</returns>
    public Tensor Predict(Tape tape, ReadOnlySpan<int> tokens, ReadOnlySpan<int> rows, ReadOnlySpan<int> known)
    {
        int width = Input.Columns;
        int[] told = new int[width];
        tape.Reset();
        Tensor input = tape.Input(new Shape(rows.Length, Input.Width));
        for (int n = 0; n < rows.Length; n++)
        {
            told.AsSpan().Fill(-1);
            foreach (int column in known)
                told[column] = tokens[(rows[n] * width) + column];
            Input.Write(told, input.Data.Slice(n * input.Columns, input.Columns));
        }
        return Forward(tape, input);
    }

    /// <summary>Predicts.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="input">[rows, <see cref="TokenInput.Width"/>].</param>
    /// <param name="random">This step's random stream, for dropout.</param>
    /// <returns>[rows, slots]: logits.</returns>
    public Tensor Forward(Tape tape, Tensor input, Philox random = default)
    {
        Tensor x = _first.Forward(tape, input);
        for (int i = 0; i < _blocks.Length; i++)
            x = _blocks[i].Forward(tape, x, condition: null, random.Fork((ulong)i));
        Tensor hidden = tape.Apply(_norm.Forward(tape, x), Activation.SiLU);
        return _ordered.AddTo(tape, hidden, _last.Forward(tape, hidden));
    }
}
