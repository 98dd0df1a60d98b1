using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Csdi;

/// <summary>CSDI's network (Tashiro et al. 2021, section 4.3 and appendix E.1): every value of a series is a token, and residual blocks let
/// the values of a variable attend to each other, and then those of a step. In its form for tables (CSDI-T, Zheng and Charoenphakdee 2022),
/// which MissDiff's published code uses too, every slot of a row is a token, and there are no steps. Predicts the noise of every
/// token.</summary>
/// <remarks>
/// <para>
/// What a block is told of a token, besides its state: a sinusoid of its place in the row (32 columns), a learned vector (16), and, where
/// the network is conditional, whether its value is known. The code published for tables has the slots along CSDI's axis of time, with one
/// learned vector for all of them; here each has its own, as CSDI's features do. In a series the sinusoid is of the time of the step (128
/// columns), and each variable has its vector.
/// </para>
/// <para>
/// What the network predicts is the noise less its best linear estimate from the token's own state, for data of size one. As published it
/// would first have to learn that estimate, and a few hundred steps, all that a small table comes to, do not suffice: the reverse
/// process of
/// a network that answers zero grows without bound.
/// </para>
/// <para>Two input columns where conditional, the known value and the noisy state (0 where the other is meant); else the state
/// alone.</para>
/// </remarks>
internal sealed class CsdiDenoiser : Module
{
    /// <summary>Columns of the sinusoids of the noise level, and of the layers after it.</summary>
    internal const int LevelWidth = 128;

    /// <summary>Columns of the sinusoids of a token's place.</summary>
    private const int PlaceWidth = 32;

    /// <summary>Columns of the sinusoids of a step's time.</summary>
    internal const int TimeWidth = 128;

    /// <summary>Columns of a token's own vector.</summary>
    private const int FeatureWidth = 16;

    private readonly Linear _levelFirst;
    private readonly Linear _levelSecond;
    private readonly Parameter _features;
    private readonly Linear _first;
    private readonly CsdiBlock[] _blocks;
    private readonly Linear _beforeLast;
    private readonly Linear _last;
    private readonly int _tokens;

    /// <param name="tokens">Tokens of a row: slots of a table's row, or variables of a series.</param>
    /// <param name="channels">Columns of each token.</param>
    /// <param name="blocks">Number of residual blocks.</param>
    /// <param name="isConditional">Whether known values are told apart from noisy ones.</param>
    /// <param name="random">Where the first weights come from.</param>
    /// <param name="steps">Steps of a row that is a series, each of which has all tokens; 0 for rows of a table.</param>
    public CsdiDenoiser(int tokens, int channels, int blocks, bool isConditional, Philox random, int steps = 0)
    {
        (_tokens, Steps) = (tokens, steps);
        IsConditional = isConditional;
        Channels = channels;
        _levelFirst = AddModule("level.first", new Linear(LevelWidth, LevelWidth, random.Fork(0), Activation.SiLU));
        _levelSecond = AddModule("level.second", new Linear(LevelWidth, LevelWidth, random.Fork(1), Activation.SiLU));
        _features = AddParameter("features", new Shape(tokens, FeatureWidth));
        Initializer.Normal(_features, 1, random.Fork(2));
        _first = AddModule("first", CsdiBlock.Pointwise(isConditional ? 2 : 1, channels, random.Fork(3), Activation.ReLU));
        _blocks = new CsdiBlock[blocks];
        int sideWidth = steps == 0 ? PlaceWidth + FeatureWidth : FeatureWidth, stepWidth = steps == 0 ? 0 : TimeWidth;
        for (int i = 0; i < blocks; i++)
        {
            _blocks[i] = AddModule(
                $"blocks.{i}", new CsdiBlock(channels, sideWidth, isConditional, random.Fork((ulong)(6 + i)), stepWidth));
        }
        _beforeLast = AddModule("before_last", CsdiBlock.Pointwise(channels, channels, random.Fork(4), Activation.ReLU));
        _last = AddModule("last", new Linear(channels, 1, random.Fork(5)).Zero());
    }

    /// <summary>Columns of each token.</summary>
    public int Channels { get; }

    /// <summary>Number of residual blocks.</summary>
    public int Blocks => _blocks.Length;

    /// <summary>Steps of a row that is a series; 0 for rows of a table.</summary>
    public int Steps { get; }

    /// <summary>Whether known values are told apart from noisy ones.</summary>
    public bool IsConditional { get; }

    /// <summary>Columns of the input: known value and state, or the state.</summary>
    public int InputWidth => IsConditional ? 2 : 1;

    /// <summary>Predicts the noise.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="input">[rows times tokens, <see cref="InputWidth"/>]; of series [rows times steps times tokens, the same].</param>
    /// <param name="known">[rows times tokens, 1]: 1 where the value is known, else 0; only where conditional.</param>
    /// <param name="process">The process.</param>
    /// <param name="levels">The noise level of each row, 1..T, or one for all rows.</param>
    /// <param name="random">This step's random stream, for dropout.</param>
    /// <param name="times">[rows times steps, <see cref="TimeWidth"/>]: <see cref="WriteSinusoids"/> of the time of each step, of
    /// series.</param>
    /// <returns>[rows times tokens, 1].</returns>
    public Tensor Forward(
        Tape tape, Tensor input, Tensor? known, GaussianProcess process, ReadOnlySpan<int> levels, Philox random = default,
        Tensor? times = null)
    {
        Tensor level = _levelSecond.Forward(tape, _levelFirst.Forward(tape, LevelSinusoids(tape, levels)));
        Tensor side = Steps == 0 ? tape.Concat(PlaceSinusoids(tape), tape.Use(_features)) : tape.Use(_features);
        Tensor x = _first.Forward(tape, input);
        Tensor? skips = null;
        for (int i = 0; i < _blocks.Length; i++)
        {
            x = _blocks[i].Forward(
                tape, x, level, side, known, _tokens, random.Fork((ulong)i), ref skips, Math.Max(1, Steps), times);
        }
        Tensor hidden = _beforeLast.Forward(tape, tape.Scale(skips!, 1 / MathF.Sqrt(_blocks.Length)));
        return _last.Forward(tape, hidden, residual: LinearEstimate(tape, input, process, levels));
    }

    /// <summary>The noise's share of the state, which comes at size one, times the state: the best linear estimate of the noise.</summary>
    private Tensor LinearEstimate(Tape tape, Tensor input, GaussianProcess process, ReadOnlySpan<int> levels)
    {
        Tensor estimate = tape.Input(new Shape(input.Rows, 1));
        int run = Math.Max(1, Steps) * _tokens;
        for (int i = 0; i < input.Rows; i++)
        {
            int level = levels[levels.Length == 1 ? 0 : i / run];
            estimate.Data[i] = (float)(process.Schedule.Noise(level) / process.Size(level)) * input.Data[(i + 1) * InputWidth - 1];
        }
        return estimate;
    }

    /// <summary>Sine and cosine of the level times 10^0 to 10^4, as published (levels counted from 0).</summary>
    private static Tensor LevelSinusoids(Tape tape, ReadOnlySpan<int> levels)
    {
        const int Half = LevelWidth / 2;
        Tensor sinusoids = tape.Input(new Shape(levels.Length, LevelWidth));
        for (int row = 0; row < levels.Length; row++)
        {
            Span<float> own = sinusoids.Data.Slice(row * LevelWidth, LevelWidth);
            for (int i = 0; i < Half; i++)
            {
                (double sine, double cosine) = Math.SinCos((levels[row] - 1) * Math.Pow(10, 4.0 * i / (Half - 1)));
                (own[i], own[Half + i]) = ((float)sine, (float)cosine);
            }
        }
        return sinusoids;
    }

    /// <summary>Sine and cosine of a place or a time at geometrically spaced frequencies (Vaswani et al. 2017).</summary>
    /// <param name="place">The place, from 0, or the time in steps.</param>
    /// <param name="sinusoids">Receives them, sine and cosine in turns.</param>
    internal static void WriteSinusoids(double place, Span<float> sinusoids)
    {
        for (int i = 0; i < sinusoids.Length; i += 2)
        {
            (double sine, double cosine) = Math.SinCos(place * Math.Pow(10_000, -(double)i / sinusoids.Length));
            (sinusoids[i], sinusoids[i + 1]) = ((float)sine, (float)cosine);
        }
    }

    /// <summary>[tokens, columns]: the sinusoids of each token's number.</summary>
    private Tensor PlaceSinusoids(Tape tape)
    {
        Tensor sinusoids = tape.Input(new Shape(_tokens, PlaceWidth));
        for (int token = 0; token < _tokens; token++)
            WriteSinusoids(token, sinusoids.Data.Slice(token * PlaceWidth, PlaceWidth));
        return sinusoids;
    }
}
