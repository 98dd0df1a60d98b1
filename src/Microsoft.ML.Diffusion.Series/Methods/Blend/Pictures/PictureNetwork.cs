using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

// The layer, not the folder of the method that draws lines.
using Linear = Microsoft.ML.Diffusion.Tensors.Linear;

/// <summary>A network that says what the hidden pixels of pictures in series are: convolutions in two sizes (Ronneberger et al. 2015), and
/// attention over the steps of a series at each place of the small size and between whole pictures (Vaswani et al. 2017). A causal one has
/// no attention: it sees the pictures of the last steps side by side.</summary>
internal sealed class PictureNetwork : Module
{
    /// <summary>The pictures that are seen side by side, the one that is asked about among them.</summary>
    public const int Beside = 5;

    // Values and masks of the four pixels of a block, for each picture; how near each is, and how many pixels are hidden on purpose.
    private const int OfBlock = 8;

    private const int Heads = 4, Waves = 6, OfPlace = 16;

    private readonly Convolution2d _input;
    private readonly Parameter _places;
    private readonly PictureBlock[] _before;
    private readonly Linear _halve;
    private readonly Linear _time;
    private readonly Parameter _smallPlaces;
    private readonly PictureBlock _small;
    private readonly TransformerLayer? _steps;
    private readonly Linear _gather;
    private readonly Linear _whole;
    private readonly TransformerLayer? _wholes;
    private readonly Linear _spread;
    private readonly Linear _spreadOut;
    private readonly PictureBlock _smallLast;
    private readonly Linear _double;
    private readonly PictureBlock[] _after;
    private readonly GroupNorm _norm;
    private readonly Linear _output;
    private readonly float _dropout;

    /// <param name="shape">The pictures.</param>
    /// <param name="steps">The steps that the network sees at a time.</param>
    /// <param name="channels">Channels of the large size, a multiple of 8; the small one has twice as many.</param>
    /// <param name="isCausal">Whether it sees nothing of what comes after a step.</param>
    /// <param name="dropout">The share of elements that attention leaves out while training.</param>
    /// <param name="random">Where the first weights come from.</param>
    public PictureNetwork(PictureShape shape, int steps, int channels, bool isCausal, float dropout, Philox random)
    {
        (Shape, Steps, Channels, IsCausal, _dropout) = (shape, steps, channels, isCausal, dropout);
        int small = 2 * channels, whole = 2 * small, places = shape.BlockCount / 4;
        _input = AddModule("input", new Convolution2d(Inputs, channels, random.Fork(0)));
        _places = AddParameter("places", new Shape(shape.BlockCount, channels));
        _before = [AddModule("before.0", new PictureBlock(channels, random.Fork(1)))];
        _halve = AddModule("halve", new Linear(4 * channels, small, random.Fork(2)));
        _time = AddModule("time", new Linear(2 * Waves, small, random.Fork(3)));
        _smallPlaces = AddParameter("small_places", new Shape(places, small));
        _small = AddModule("small.0", new PictureBlock(small, random.Fork(4)));
        _gather = AddModule("gather", new Linear(small, OfPlace, random.Fork(5)));
        _whole = AddModule("whole", new Linear(places * OfPlace, whole, random.Fork(6), Activation.SiLU));
        if (!isCausal)
        {
            _steps = AddModule("steps", new TransformerLayer(small, Heads, 2 * small, random.Fork(7), dropout));
            _wholes = AddModule("wholes", new TransformerLayer(whole, Heads, 2 * whole, random.Fork(8), dropout));
        }
        _spread = AddModule("spread", new Linear(whole, places * OfPlace, random.Fork(9), Activation.SiLU));
        _spreadOut = AddModule("spread_out", new Linear(OfPlace, small, random.Fork(10)).Zero());
        _smallLast = AddModule("small.1", new PictureBlock(small, random.Fork(11)));
        _double = AddModule("double", new Linear(small, 4 * channels, random.Fork(12)));
        _after = [.. Enumerable.Range(0, 2).Select(
            i => AddModule($"after.{i}", new PictureBlock(channels, random.Fork((ulong)i + 13))))];
        _norm = AddModule("norm", new GroupNorm(channels, 8));
        _output = AddModule("output", new Linear(channels, 4 * Outputs, random.Fork(15)).Zero());
    }

    /// <summary>The pictures.</summary>
    public PictureShape Shape { get; }

    /// <summary>The steps that the network sees at a time.</summary>
    public int Steps { get; }

    public int Channels { get; }

    public bool IsCausal { get; }

    /// <summary>The inputs of a block.</summary>
    public static int Inputs => Beside * (OfBlock + 1);

    /// <summary>What is said of a pixel: the logit that it is 1, or its number and the logarithm of how far it may lie from it.</summary>
    public int Outputs => Shape.IsBinary ? 1 : 2;

    /// <summary>What the network says of all pixels.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[series times steps times blocks, inputs], see <see cref="PictureInput"/>.</param>
    /// <param name="waves">[series times steps, 12]: the times.</param>
    /// <param name="random">What is left out while training.</param>
    /// <returns>[series times steps times blocks, 4 times outputs]: the pixels of a block, line after line, each with its
    /// outputs.</returns>
    public Tensor Forward(Tape tape, Tensor x, Tensor waves, Philox random = default)
    {
        int lines = Shape.BlockLines, blocks = Shape.Blocks, places = Shape.BlockCount / 4;
        x = tape.AddRepeated(_input.Forward(tape, x, lines, blocks), tape.Use(_places), 1);
        foreach (PictureBlock block in _before)
            x = block.Forward(tape, x, lines, blocks);
        Tensor y = _halve.Forward(tape, tape.SpaceToDepth(x, lines, blocks));
        y = tape.AddRepeated(y, tape.Use(_smallPlaces), 1);
        y = tape.AddRepeated(y, _time.Forward(tape, waves), places);
        y = _small.Forward(tape, y, lines / 2, blocks / 2);
        if (_steps is not null)
        {
            Tensor swapped = tape.SwapRows(y, Steps, places);
            y = tape.SwapRows(_steps.Forward(tape, swapped, Steps, random.Fork(0)), places, Steps);
        }
        Tensor whole = tape.Reshape(_gather.Forward(tape, y), new Shape(waves.Rows, places * OfPlace));
        whole = tape.Dropout(_whole.Forward(tape, whole), _dropout, random.Fork(1));
        if (_wholes is not null)
            whole = _wholes.Forward(tape, whole, Steps, random.Fork(2));
        Tensor spread = tape.Reshape(_spread.Forward(tape, whole), new Shape(y.Rows, OfPlace));
        y = _spreadOut.Forward(tape, spread, residual: y);
        y = _smallLast.Forward(tape, y, lines / 2, blocks / 2);
        x = tape.Add(tape.DepthToSpace(_double.Forward(tape, y), lines / 2, blocks / 2), x);
        foreach (PictureBlock block in _after)
            x = block.Forward(tape, x, lines, blocks);
        return _output.Forward(tape, tape.Apply(_norm.Forward(tape, x, lines * blocks), Activation.SiLU));
    }

    /// <summary>Sines and cosines of a time, in middle steps from the first one of the window.</summary>
    public static void WriteWaves(double time, Span<float> waves)
    {
        for (int i = 0; i < Waves; i++)
            (waves[2 * i], waves[2 * i + 1]) = MathF.SinCos((float)(time / Math.Pow(2.5, i)));
    }

    /// <summary>The number of sines and cosines of a time.</summary>
    public static int TimeWidth => 2 * Waves;
}
