namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>Finds the sizes of a network in its weights, as published code names them (Dhariwal and Nichol 2021).</summary>
internal static class UNetShape
{
    private const string First = "time_embed.0.weight";

    // The size of heads and groups leaves no trace in weights; published networks have these.
    private const int PublishedHeadChannels = 64, PublishedGroups = 32;

    /// <summary>What the paths of the weights begin with.</summary>
    /// <param name="weights">The weights, by their paths.</param>
    /// <exception cref="InvalidDataException">They are of something else.</exception>
    public static string PrefixOf(IReadOnlyDictionary<string, NamedTensor> weights)
    {
        string path = weights.Keys.Where(path => path.EndsWith(First, StringComparison.Ordinal)).MinBy(path => path.Length)
            ?? throw new InvalidDataException($"The weights are of no denoising network: there is no '{First}' among them.");
        return path[..^First.Length];
    }

    /// <summary>The sizes.</summary>
    /// <param name="weights">The weights, by their paths.</param>
    /// <param name="prefix">What the paths begin with.</param>
    /// <param name="size">Lines and pixels of a line of the pictures.</param>
    /// <param name="headChannels">Channels of an attention head; null as published.</param>
    /// <param name="groups">Groups of a group normalisation; null as published.</param>
    /// <exception cref="InvalidDataException">The weights are of another kind of network, or of another size of pictures.</exception>
    public static UNetSettings Of(
        IReadOnlyDictionary<string, NamedTensor> weights, string prefix, int size, int? headChannels = null, int? groups = null)
    {
        int decoder = Count("output_blocks");
        int first = Extent("input_blocks.0.0.weight", 1), last = Extent("out.2.weight", 0), width = Extent(First, 1);
        bool stacks = first is 4 or 12, resizes = Enumerable.Range(0, decoder).Any(IsResizing);
        int perLevel = PerLevel();
        if (decoder == 0 || perLevel < 2 || decoder % perLevel != 0 || width < 1)
            throw Refusal("its blocks are not in levels of one number");
        if (weights.Keys.Any(path => path.StartsWith(prefix, StringComparison.Ordinal)
            && (path.EndsWith(".op.weight", StringComparison.Ordinal) || path.EndsWith(".conv.weight", StringComparison.Ordinal))))
        {
            throw Refusal("its pictures are halved and doubled by convolutions; blocks or means were expected");
        }

        int levels = decoder / perLevel, stacked = stacks ? 4 : 1;
        int[] blocks = [.. Enumerable.Range(0, levels).Select(level => 1 + (level * perLevel))];
        int firstSize = stacks ? size / 2 : size;
        var settings = new UNetSettings
        {
            Size = size, Channels = first / stacked, Outputs = last / stacked, Base = width,
            Multipliers = [.. blocks.Select(block => Extent($"input_blocks.{block}.0.in_layers.2.weight", 0) / width)],
            BlocksPerLevel = perLevel - 1,
            AttentionSizes =
            [
                .. Enumerable.Range(0, levels).Where(level => Has($"input_blocks.{blocks[level]}.1.qkv.weight"))
                    .Select(level => firstSize >> level),
            ],
            HeadChannels = headChannels ?? PublishedHeadChannels, Groups = groups ?? PublishedGroups, ResizesInBlocks = resizes,
            StacksPixels = stacks,
        };
        return settings.Problem() is { } problem ? throw Refusal(problem.TrimEnd('.')) : settings;

        bool Has(string path) => weights.ContainsKey(prefix + path);

        int Extent(string path, int dimension) =>
            weights.TryGetValue(prefix + path, out NamedTensor? tensor) && tensor.Shape.Count > dimension
                ? (int)Math.Min(tensor.Shape[dimension], int.MaxValue / 4)
                : throw Refusal($"there is no '{path}' in them");

        int Count(string blocks)
        {
            int count = 0;
            while (Has($"{blocks}.{count}.0.in_layers.2.weight"))
                count++;
            return count;
        }

        // The last block of a level on the way up has a second one, which doubles.
        bool IsResizing(int block) =>
            Has($"output_blocks.{block}.1.in_layers.2.weight") || Has($"output_blocks.{block}.2.in_layers.2.weight");

        // Where means halve, the first gap among the blocks on the way down ends the first level.
        int PerLevel() => resizes
            ? Enumerable.Range(0, decoder).First(IsResizing) + 1
            : Enumerable.Range(1, decoder).FirstOrDefault(block => !Has($"input_blocks.{block}.0.in_layers.2.weight"));
    }

    private static InvalidDataException Refusal(string what) => new($"The weights are of another kind of network: {what}.");
}
