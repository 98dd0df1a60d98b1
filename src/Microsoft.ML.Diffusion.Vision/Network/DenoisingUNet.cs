using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>The U-Net that tells the noise in a picture (Ho et al. 2020; Dhariwal and Nichol 2021, section 3): blocks on the way down to
/// small pictures of many channels, and up again, where each block also sees what its counterpart gave on the way down.</summary>
/// <remarks>Parameters have the paths that the published PyTorch code gives them.</remarks>
internal sealed class DenoisingUNet : Module
{
    private const int EmbeddingWidth = 4;

    private readonly StepEmbedding _embedding;
    private readonly Convolution2d _input;
    private readonly List<UNetStage> _down = [];
    private readonly UNetResidualBlock _middleFirst;
    private readonly UNetAttention _middleAttention;
    private readonly UNetResidualBlock _middleLast;
    private readonly List<UNetStage> _up = [];
    private readonly GroupNorm _outputNorm;
    private readonly Convolution2d _output;

    /// <param name="settings">The sizes.</param>
    /// <param name="random">Where the first weights come from.</param>
    /// <exception cref="ArgumentException">The sizes make no network.</exception>
    public DenoisingUNet(UNetSettings settings, Philox random)
    {
        if (settings.Problem() is { } problem)
            throw new ArgumentException(problem, nameof(settings));
        Settings = settings;
        int embedding = EmbeddingWidth * settings.Base, levels = settings.Multipliers.Count, size = settings.FirstSize;
        int stacked = settings.StacksPixels ? 4 : 1;
        ulong made = 0;
        _embedding = AddModule("time_embed", new StepEmbedding(settings.Base, embedding, random.Fork(made++)));
        int channels = settings.Base * settings.Multipliers[0];
        _input = AddModule("input_blocks.0.0", new Convolution2d(stacked * settings.Channels, channels, random.Fork(made++)));
        var skips = new Stack<int>([channels]);
        for (int level = 0; level < levels; level++)
        {
            for (int i = 0; i < settings.BlocksPerLevel; i++)
            {
                int outputs = settings.Base * settings.Multipliers[level];
                Down(Block(channels, outputs, PictureResize.None), AttentionAt(outputs, size), PictureResize.None, null);
                channels = outputs;
                skips.Push(channels);
            }

            if (level == levels - 1)
                break;
            UNetResidualBlock? block = settings.ResizesInBlocks ? Block(channels, channels, PictureResize.Halve) : null;
            Down(null, null, PictureResize.Halve, block);
            skips.Push(channels);
            size /= 2;
        }

        _middleFirst = AddModule("middle_block.0", Block(channels, channels, PictureResize.None));
        _middleAttention = AddModule("middle_block.1", new UNetAttention(channels, settings, random.Fork(made++)));
        _middleLast = AddModule("middle_block.2", Block(channels, channels, PictureResize.None));
        for (int level = levels - 1; level >= 0; level--)
        {
            for (int i = 0; i <= settings.BlocksPerLevel; i++)
            {
                int outputs = settings.Base * settings.Multipliers[level];
                bool doubles = level > 0 && i == settings.BlocksPerLevel;
                UNetResidualBlock block = Block(channels + skips.Pop(), outputs, PictureResize.None);
                UNetAttention? attention = AttentionAt(outputs, size);
                UNetResidualBlock? resizing = doubles && settings.ResizesInBlocks ? Block(outputs, outputs, PictureResize.Double) : null;
                var stage = new UNetStage(block, attention, doubles ? PictureResize.Double : PictureResize.None, resizing);
                _up.Add(AddModule($"output_blocks.{_up.Count}", stage));
                channels = outputs;
                size = doubles ? 2 * size : size;
            }
        }

        _outputNorm = AddModule("out.0", new GroupNorm(channels, settings.Groups));
        _output = AddModule("out.2", new Convolution2d(channels, stacked * settings.Outputs, random.Fork(made)).Zero());

        UNetResidualBlock Block(int inputs, int outputs, PictureResize resize) =>
            new(inputs, outputs, embedding, settings, resize, random.Fork(made++));

        UNetAttention? AttentionAt(int outputs, int lines) =>
            settings.AttentionSizes.Contains(lines) ? new UNetAttention(outputs, settings, random.Fork(made++)) : null;

        void Down(UNetResidualBlock? block, UNetAttention? attention, PictureResize resize, UNetResidualBlock? resizing) =>
            _down.Add(AddModule($"input_blocks.{_down.Count + 1}", new UNetStage(block, attention, resize, resizing)));
    }

    /// <summary>The sizes.</summary>
    public UNetSettings Settings { get; }

    /// <summary>Tells the noise.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="pictures">[pictures times size times size, channels], about -1 to 1, with noise.</param>
    /// <param name="steps">How much noise is in each: the step, 0 for the first.</param>
    /// <param name="random">This step's random stream, for dropout.</param>
    /// <returns>[pictures times size times size, outputs].</returns>
    public Tensor Forward(Tape tape, Tensor pictures, ReadOnlySpan<int> steps, Philox random = default)
    {
        FeatureMap last = Decode(tape, pictures, steps, _up.Count - 1, null, random);
        Tensor normal = tape.Apply(_outputNorm.Forward(tape, last.Values, last.Pixels), Activation.SiLU);
        Tensor answer = _output.Forward(tape, normal, last.Size, last.Size);
        return Settings.StacksPixels ? tape.DepthToSpace(answer, last.Size, last.Size) : answer;
    }

    /// <summary>Runs the network up to a block of the decoder.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="pictures">[pictures times size times size, channels], about -1 to 1, with noise.</param>
    /// <param name="steps">How much noise is in each.</param>
    /// <param name="lastBlock">The last block of the decoder that is run, 0 for the first.</param>
    /// <param name="blocks">Receives what each block of the decoder gave; or none.</param>
    /// <param name="random">This step's random stream, for dropout.</param>
    /// <returns>What the last block gave.</returns>
    public FeatureMap Decode(
        Tape tape, Tensor pictures, ReadOnlySpan<int> steps, int lastBlock, IList<FeatureMap>? blocks, Philox random = default)
    {
        Tensor embedding = _embedding.Forward(tape, steps);
        int size = Settings.FirstSize;
        Tensor input = Settings.StacksPixels ? tape.SpaceToDepth(pictures, Settings.Size, Settings.Size) : pictures;
        var x = new FeatureMap(_input.Forward(tape, input, size, size), size);
        var skips = new Stack<Tensor>([x.Values]);
        ulong place = 0;
        foreach (UNetStage stage in _down)
        {
            x = stage.Forward(tape, x, embedding, random.Fork(place++));
            skips.Push(x.Values);
        }

        x = _middleFirst.Forward(tape, x, embedding, random.Fork(place++));
        x = _middleAttention.Forward(tape, x);
        x = _middleLast.Forward(tape, x, embedding, random.Fork(place++));
        for (int i = 0; i <= lastBlock; i++)
        {
            x = _up[i].Forward(tape, x with { Values = tape.Concat(x.Values, skips.Pop()) }, embedding, random.Fork(place++));
            blocks?.Add(x);
        }

        return x;
    }

    /// <summary>Whether a block of the decoder ends with each pixel repeated to make four.</summary>
    /// <param name="block">0 for the first.</param>
    public bool RepeatsPixels(int block) => _up[block].RepeatsPixels;

    /// <summary>The attention layers by path, whose columns published weights have in another order.</summary>
    public IEnumerable<(string Path, int Heads)> AttentionHeads()
    {
        foreach ((string path, Parameter parameter) in NamedParameters())
        {
            if (path.EndsWith(".qkv.weight", StringComparison.Ordinal))
                yield return (path[..^".weight".Length], parameter.Shape.Rows / Settings.HeadChannels);
        }
    }
}
