using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>Attention of the pixels of a picture to each other, added to what went in (Dhariwal and Nichol 2021, section 3).</summary>
/// <remarks>Published weights have the channels of each head together, its queries, keys and values one after another, and scale queries
/// and keys by the fourth root of the head's channels each. Here queries, keys and values of all heads come one after another, and the
/// scores are
/// scaled once, which is the same: <see cref="UNetWeights"/> puts the columns in order.</remarks>
internal sealed class UNetAttention : Module
{
    private readonly GroupNorm _norm;
    private readonly Linear _queryKeyValue;
    private readonly Linear _output;

    /// <param name="channels">Channels of what goes in and comes out.</param>
    /// <param name="settings">Groups and heads.</param>
    /// <param name="random">Where the first weights come from.</param>
    public UNetAttention(int channels, UNetSettings settings, Philox random)
    {
        Heads = channels / settings.HeadChannels;
        _norm = AddModule("norm", new GroupNorm(channels, settings.Groups));
        _queryKeyValue = AddModule("qkv", new Linear(channels, 3 * channels, random.Fork(0)));
        _output = AddModule("proj_out", new Linear(channels, channels, random.Fork(1)).Zero());
    }

    /// <summary>The number of heads.</summary>
    public int Heads { get; }

    /// <summary>Runs the layer.</summary>
    public FeatureMap Forward(Tape tape, FeatureMap x)
    {
        Tensor normal = _norm.Forward(tape, x.Values, x.Pixels);
        Tensor attended = tape.Attention(_queryKeyValue.Forward(tape, normal), x.Pixels, Heads);
        return x with { Values = _output.Forward(tape, attended, residual: x.Values) };
    }
}
