using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Csdi;

/// <summary>One residual block of CSDI (Tashiro et al. 2021, figure 6): the noise level is added, the steps of each token attend to each
/// other where a row is a series, then the tokens of a row or of a step do, what is known of each token joins, a gate; one half goes on to
/// the next block, the other to the sum at the end.</summary>
internal sealed class CsdiBlock : Module
{
    private const int Hidden = 64, MostHeads = 8;

    // What the published code's transformer layers have by default; it drops attention weights too, which we do not.
    private const float Dropout = 0.1f;

    private readonly Linear _level;
    private readonly TransformerLayer? _overSteps;
    private readonly TransformerLayer _attention;
    private readonly Linear _middle;
    private readonly Linear _side;
    private readonly Linear? _ofSteps;
    private readonly Linear? _known;
    private readonly Linear _residual;
    private readonly Linear _skip;

    /// <param name="channels">Columns of each token.</param>
    /// <param name="sideWidth">Columns of what tells the tokens apart.</param>
    /// <param name="isConditional">Whether the block is told which values are known.</param>
    /// <param name="random">Where the first weights come from.</param>
    /// <param name="stepWidth">Columns of what tells the steps of a series apart; 0 where a row is no series.</param>
    public CsdiBlock(int channels, int sideWidth, bool isConditional, Philox random, int stepWidth = 0)
    {
        _level = AddModule("level", new Linear(CsdiDenoiser.LevelWidth, channels, random.Fork(0)));
        int heads = Enumerable.Range(1, MostHeads).Last(heads => channels % heads == 0);
        if (stepWidth > 0)
            _overSteps = AddModule("over_steps", new TransformerLayer(channels, heads, Hidden, random.Fork(7), Dropout));
        _attention = AddModule("attention", new TransformerLayer(channels, heads, Hidden, random.Fork(1), Dropout));
        _middle = AddModule("middle", Pointwise(channels, 2 * channels, random.Fork(2)));
        _side = AddModule("side", Pointwise(sideWidth, 2 * channels, random.Fork(3)));

        // As published one layer sees all that is known of a token; in parts, each is computed for as few rows as there are.
        float size = MathF.Sqrt(2f / (stepWidth + sideWidth + 1));
        if (isConditional)
        {
            _known = AddModule("known", new Linear(1, 2 * channels, random.Fork(4), bias: false));
            Initializer.Normal(_known.Weight, size, random.Fork(4));
        }
        if (stepWidth > 0)
        {
            _ofSteps = AddModule("of_steps", new Linear(stepWidth, 2 * channels, random.Fork(8), bias: false));
            Initializer.Normal(_ofSteps.Weight, size, random.Fork(8));
            Initializer.Normal(_side.Weight, size, random.Fork(3));
        }
        _residual = AddModule("residual", Pointwise(channels, channels, random.Fork(5)));
        _skip = AddModule("skip", Pointwise(channels, channels, random.Fork(6)));
    }

    /// <summary>A convolution of one token: a linear layer with He's first weights.</summary>
    public static Linear Pointwise(int inputs, int outputs, Philox random, Activation activation = Activation.None)
    {
        var layer = new Linear(inputs, outputs, random, activation);
        Initializer.Kaiming(layer.Weight, random.Fork(0));
        return layer;
    }

    /// <summary>Runs the block.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[rows times tokens, channels]; of series [rows times steps times tokens, channels].</param>
    /// <param name="level">[rows or 1, <see cref="CsdiDenoiser.LevelWidth"/>].</param>
    /// <param name="side">[tokens, columns]: what tells the tokens apart.</param>
    /// <param name="known">[rows times tokens, 1], where the block is conditional.</param>
    /// <param name="tokens">Tokens of a row, or of a step.</param>
    /// <param name="random">This step's and this block's random stream.</param>
    /// <param name="skips">[rows times tokens, channels]: the sum for the end, to which this block adds.</param>
    /// <param name="steps">Steps of a row, where it is a series.</param>
    /// <param name="times">[rows times steps, columns]: what tells the steps apart, where a row is a series.</param>
    public Tensor Forward(
        Tape tape, Tensor x, Tensor level, Tensor side, Tensor? known, int tokens, Philox random, ref Tensor? skips, int steps = 1,
        Tensor? times = null)
    {
        Tensor y = tape.AddRepeated(x, _level.Forward(tape, level), run: steps * tokens);
        if (_overSteps is not null)
        {
            y = _overSteps.Forward(tape, tape.SwapRows(y, steps, tokens), steps, random.Fork(7));
            y = tape.SwapRows(y, tokens, steps);
        }
        y = _attention.Forward(tape, y, tokens, random);
        y = _middle.Forward(tape, y, addend: known is null ? null : _known!.Forward(tape, known));
        if (times is not null)
            y = tape.AddRepeated(y, _ofSteps!.Forward(tape, times), run: tokens);
        y = tape.Gate(tape.AddRepeated(y, _side.Forward(tape, side), run: 1));
        skips = _skip.Forward(tape, y, residual: skips);
        return tape.Scale(_residual.Forward(tape, y, residual: x), 1 / MathF.Sqrt(2));
    }
}
