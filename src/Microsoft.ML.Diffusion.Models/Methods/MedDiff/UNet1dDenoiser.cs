using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.MedDiff;

/// <summary>A U-Net along the columns of a row (He et al. 2023, MedDiff, section 3.1): residual blocks at three resolutions, each half
/// as long
/// as the one before, attention at the shortest, and back. Predicts the velocity v = signal epsilon - noise x_0 (Salimans and Ho 2022,
/// section
/// 4) of every number, from which the noise follows.</summary>
/// <remarks>
/// A position holds as many neighbouring columns as it takes for at most <see cref="MostPositions"/> of them, and rows are padded with
/// zeros
/// to a multiple of four positions. A convolution treats all positions alike, columns of a table are not alike: so every position has a
/// learned vector, from which also the mean of each column can be told where little signal is left.
/// </remarks>
internal sealed class UNet1dDenoiser : Module
{
    /// <summary>The most positions of a row.</summary>
    private const int MostPositions = 64;

    private const int Heads = 4;

    private readonly int _patch;
    private readonly int _length;
    private readonly TimestepEmbedding _time;
    private readonly Embedding? _classes;
    private readonly Linear _first;
    private readonly Parameter _places;
    private readonly UNetBlock _down0;
    private readonly UNetBlock _down1;
    private readonly UNetBlock _before;
    private readonly UNetBlock _after;
    private readonly UNetBlock _up1;
    private readonly UNetBlock _up0;
    private readonly Linear _shorter0;
    private readonly Linear _shorter1;
    private readonly Linear _longer1;
    private readonly Linear _longer0;
    private readonly GroupNorm _attentionNorm;
    private readonly Linear _queryKeyValue;
    private readonly Linear _attended;
    private readonly GroupNorm _norm;
    private readonly Linear _last;

    /// <param name="slots">The numbers of a row.</param>
    /// <param name="classes">How many classes a row may be said to be of; 0 for none.</param>
    /// <param name="channels">Channels of a position, twice as many at the shorter resolutions; a multiple of 2.</param>
    /// <param name="random">Where the first weights come from.</param>
    public UNet1dDenoiser(int slots, int classes, int channels, Philox random)
    {
        (Slots, Channels) = (slots, channels);
        _patch = (slots + MostPositions - 1) / MostPositions;
        _length = ((slots + _patch - 1) / _patch + 3) / 4 * 4;
        int wide = 2 * channels, embedding = wide;
        _time = AddModule("time", new TimestepEmbedding(64, embedding, random.Fork(0), Activation.SiLU));
        _classes = classes > 0 ? AddModule("classes", new Embedding(classes, embedding, random.Fork(1))) : null;
        _first = AddModule("first", new Linear(_patch, channels, random.Fork(2)));
        _places = AddParameter("places", new Shape(_length, channels));
        Initializer.Normal(_places, 1, random.Fork(3));
        _down0 = AddModule("down.0", new UNetBlock(channels, channels, embedding, random.Fork(4)));
        _shorter0 = AddModule("shorter.0", new Linear(2 * channels, wide, random.Fork(5)));
        _down1 = AddModule("down.1", new UNetBlock(wide, wide, embedding, random.Fork(6)));
        _shorter1 = AddModule("shorter.1", new Linear(2 * wide, wide, random.Fork(7)));
        _before = AddModule("before", new UNetBlock(wide, wide, embedding, random.Fork(8)));
        _attentionNorm = AddModule("attention.norm", new GroupNorm(wide, UNetBlock.Groups(wide)));
        _queryKeyValue = AddModule("attention.query_key_value", new Linear(wide, 3 * wide, random.Fork(9)));
        _attended = AddModule("attention.last", new Linear(wide, wide, random.Fork(10)).Zero());
        _after = AddModule("after", new UNetBlock(wide, wide, embedding, random.Fork(11)));
        _longer1 = AddModule("longer.1", new Linear(wide, 2 * wide, random.Fork(12)));
        _up1 = AddModule("up.1", new UNetBlock(wide, wide, embedding, random.Fork(13)));
        _longer0 = AddModule("longer.0", new Linear(wide, 2 * channels, random.Fork(14)));
        _up0 = AddModule("up.0", new UNetBlock(channels, channels, embedding, random.Fork(15)));
        _norm = AddModule("norm", new GroupNorm(channels, UNetBlock.Groups(channels)));
        _last = AddModule("last", new Linear(channels, _patch, random.Fork(16)).Zero());
    }

    /// <summary>The numbers of a row.</summary>
    public int Slots { get; }

    /// <summary>Channels of a position at the longest resolution.</summary>
    public int Channels { get; }

    /// <summary>The numbers of a row with its padding.</summary>
    public int PaddedSlots => _length * _patch;

    /// <summary>Predicts.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="state">[rows, <see cref="PaddedSlots"/>]: x_t, zeros at the end.</param>
    /// <param name="levels">t of each row.</param>
    /// <param name="classes">The class of each row; empty where there are none.</param>
    /// <returns>[rows, <see cref="PaddedSlots"/>]: v; what it is in the padding means nothing.</returns>
    public Tensor Forward(Tape tape, Tensor state, ReadOnlySpan<float> levels, ReadOnlySpan<int> classes)
    {
        int rows = state.Rows;
        Tensor condition = _time.Forward(tape, levels);
        if (_classes is not null)
            condition = tape.Add(condition, _classes.Forward(tape, classes));
        Tensor x = _first.Forward(tape, tape.Reshape(state, new Shape(rows * _length, _patch)));
        x = tape.AddRepeated(x, tape.Use(_places), 1);
        Tensor long0 = _down0.Forward(tape, x, _length, condition);
        Tensor long1 = _down1.Forward(tape, Halve(tape, long0, _shorter0), _length / 2, condition);
        x = _before.Forward(tape, Halve(tape, long1, _shorter1), _length / 4, condition);
        x = _after.Forward(tape, Attend(tape, x), _length / 4, condition);
        x = _up1.Forward(tape, Join(tape, Double(tape, x, _longer1), long1), _length / 2, condition);
        x = _up0.Forward(tape, Join(tape, Double(tape, x, _longer0), long0), _length, condition);
        x = tape.Apply(_norm.Forward(tape, x, _length), Activation.SiLU);
        return tape.Reshape(_last.Forward(tape, x), state.Shape);
    }

    // A convolution over two positions with a stride of two.
    private static Tensor Halve(Tape tape, Tensor x, Linear layer) => layer.Forward(tape, tape.Reshape(x, new Shape(x.Rows / 2, 2 * x.Columns)));

    // Its transpose.
    private static Tensor Double(Tape tape, Tensor x, Linear layer)
    {
        Tensor pairs = layer.Forward(tape, x);
        return tape.Reshape(pairs, new Shape(2 * pairs.Rows, pairs.Columns / 2));
    }

    private static Tensor Join(Tape tape, Tensor x, Tensor skipped) => tape.Scale(tape.Add(x, skipped), UNetBlock.Rescale);

    private Tensor Attend(Tape tape, Tensor x)
    {
        Tensor all = _queryKeyValue.Forward(tape, _attentionNorm.Forward(tape, x, _length / 4));
        int heads = x.Columns % Heads == 0 ? Heads : 1;
        return tape.Scale(_attended.Forward(tape, tape.Attention(all, _length / 4, heads), residual: x), UNetBlock.Rescale);
    }
}
