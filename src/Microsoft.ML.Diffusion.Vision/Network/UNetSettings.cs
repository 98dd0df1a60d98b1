namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>The sizes of a <see cref="DenoisingUNet"/>.</summary>
internal sealed record UNetSettings
{
    private const int MostBase = 1 << 12;
    private const int MostLevels = 10;
    private const int MostBlocks = 16;
    private const int MostMultiplier = 64;
    private const int MostSize = 1 << 12;

    /// <summary>Lines and pixels of a line of a picture.</summary>
    public int Size { get; init; } = 64;

    /// <summary>Channels of a picture, 1 or 3.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Channels of the answer: those of the picture, or twice as many where the network also learns the variance.</summary>
    public int Outputs { get; init; } = 3;

    /// <summary>Channels of the first level.</summary>
    public int Base { get; init; } = 32;

    /// <summary>Channels of each level as a multiple of <see cref="Base"/>; a level has half the height and width of the one
    /// before.</summary>
    public IReadOnlyList<int> Multipliers { get; init; } = [1, 2, 3];

    /// <summary>Residual blocks of a level on the way down; there is one more on the way up.</summary>
    public int BlocksPerLevel { get; init; } = 1;

    /// <summary>The lines of a level at which there is attention.</summary>
    public IReadOnlyList<int> AttentionSizes { get; init; } = [8];

    /// <summary>Channels of an attention head.</summary>
    public int HeadChannels { get; init; } = 32;

    /// <summary>Groups of a group normalisation.</summary>
    public int Groups { get; init; } = 8;

    /// <summary>The probability of dropping an element before the last convolution of a block while training.</summary>
    public float Dropout { get; init; }

    /// <summary>Whether a picture is halved and doubled within residual blocks of their own; otherwise by means and by repeated
    /// pixels alone.</summary>
    public bool ResizesInBlocks { get; init; }

    /// <summary>Whether blocks of 2 x 2 pixels enter side by side, so that the first level has a quarter of the pixels.</summary>
    public bool StacksPixels { get; init; } = true;

    /// <summary>Lines of the first level.</summary>
    public int FirstSize => StacksPixels ? Size / 2 : Size;

    /// <summary>How many blocks there are on the way up.</summary>
    public int DecoderBlocks => Multipliers.Count * (BlocksPerLevel + 1);

    /// <summary>Channels of what a block on the way up gives.</summary>
    /// <param name="block">0 for the first.</param>
    public int DecoderChannels(int block) => Base * Multipliers[Multipliers.Count - 1 - (block / (BlocksPerLevel + 1))];

    private int LastSize => FirstSize >> (Multipliers.Count - 1);

    /// <summary>The network of the published work at 256 pixels (Dhariwal and Nichol 2021; Baranchuk et al. 2022).</summary>
    /// <param name="channels">Channels of a picture.</param>
    public static UNetSettings Published(int channels = 3) => new()
    {
        Size = 256, Channels = channels, Outputs = 2 * channels, Base = 256, Multipliers = [1, 1, 2, 2, 4, 4], BlocksPerLevel = 2,
        AttentionSizes = [32, 16, 8], HeadChannels = 64, Groups = 32, Dropout = 0.1f, ResizesInBlocks = true, StacksPixels = false,
    };

    /// <summary>Why these sizes make no network, in a sentence; null where they make one.</summary>
    public string? Problem()
    {
        if (Channels is not (1 or 3))
            return $"A picture has 1 or 3 channels, and not {Channels}.";
        if (Outputs != Channels && Outputs != 2 * Channels)
            return $"The answer has {Outputs} channels, and the picture {Channels}.";
        if (Base is < 2 or > MostBase || Base % 2 != 0)
            return $"The first level has {Base} channels: it needs an even number up to {MostBase}.";
        if (Multipliers.Count is < 1 or > MostLevels)
            return $"There are {Multipliers.Count} levels: there must be 1 to {MostLevels}.";
        if (BlocksPerLevel is < 1 or > MostBlocks)
            return $"A level has {BlocksPerLevel} blocks: it must have 1 to {MostBlocks}.";
        if (Groups < 1 || HeadChannels < 1)
            return "Groups and heads need at least one channel.";
        if (Dropout is not (>= 0 and < 1))
            return $"The dropout rate is {Dropout}, and must be from 0 to below 1.";
        int halvings = Multipliers.Count - 1 + (StacksPixels ? 1 : 0);
        if (Size is < 1 or > MostSize || Size % (1 << halvings) != 0)
            return $"A picture of {Size} pixels cannot be halved {halvings} times.";
        int size = FirstSize;
        foreach (int multiplier in Multipliers)
        {
            if (multiplier is < 1 or > MostMultiplier)
                return $"A multiplier is {multiplier}: it must be 1 to {MostMultiplier}.";
            int channels = Base * multiplier;
            if (channels % Groups != 0)
                return $"{channels} channels do not make {Groups} groups.";
            if ((AttentionSizes.Contains(size) || size == LastSize) && channels % HeadChannels != 0)
                return $"{channels} channels do not make heads of {HeadChannels}.";
            size /= 2;
        }

        return null;
    }
}
