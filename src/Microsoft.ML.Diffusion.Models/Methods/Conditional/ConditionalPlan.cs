using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>What is trained for conditional diffusion.</summary>
/// <param name="Members">The members of the blend.</param>
/// <param name="Guessing">The networks of the member <see cref="ImputationMembers.Denoisers"/>.</param>
/// <param name="Drawing">The network that draws; null where none is to be trained.</param>
/// <param name="ValidationShare">The share of observed cells held back to choose weights.</param>
internal sealed record ConditionalPlan(
    ImputationMembers Members, ConditionalSettings[] Guessing, ConditionalSettings? Drawing, double ValidationShare)
{
    // A network sees the rows of a large table this often.
    private const int Epochs = 80;

    // Steps of a network where the table does not need more; most steps of any.
    private const int FewestSteps = 2000, MostSteps = 8000;

    // Multiplications and additions that a network's training may take: about a minute and a half of one core.
    private const double MostWork = 2.5e12;

    // Networks of 192 units trained for 12,000 steps guessed large tables better by less than a hundredth, in three times the time, and a
    // row alone took half as long again.
    private const int Bins = 12, BatchSize = 128, UsualBlocks = 4, UsualWidth = 128;

    // How much longer the network that draws is trained than one that guesses.
    private const double DrawingShare = 2;

    // The share of rows that the network that draws sees at full noise.
    private const double DrawingFullNoise = 0.1;

    // In fewer rows a network of the usual size learns the noise too: in the simulation of eng/benchmarks/MultipleImputation its draws
    // made intervals a tenth too narrow.
    private const int FewRows = 1000, FewRowsBlocks = 2, FewRowsWidth = 4;

    /// <summary>Chooses what the options leave open: a function of them and of the table's size.</summary>
    /// <param name="options">The options.</param>
    /// <param name="rows">The rows to learn from.</param>
    public static ConditionalPlan Choose(ConditionalOptions options, EncodedRows rows)
    {
        ImputationMembers members = options.Members ?? ImputationMembers.All;
        int networks = members.HasFlag(ImputationMembers.Denoisers) ? options.Networks ?? 4 : 0;
        return new ConditionalPlan(
            members,
            [.. Enumerable.Range(0, networks).Select(i => GuessingNetwork(options, rows, i))],
            Draws(options) ? DrawingNetwork(options, rows, networks) : null,
            options.ValidationShare ?? 0.1);
    }

    /// <summary>Whether draws will be asked for.</summary>
    public static bool Draws(ConditionalOptions options) =>
        options.Draws ?? (options.Members ?? ImputationMembers.All).HasFlag(ImputationMembers.Denoisers);

    /// <summary>Most networks that guess see every number in several ways and many known cells. Every fourth sees plain numbers and any
    /// share of known cells: it errs differently, and also knows rows of which little or nothing is known.</summary>
    private static ConditionalSettings GuessingNetwork(ConditionalOptions options, EncodedRows rows, int network)
    {
        bool isBinned = network % 4 != 3;
        int width = options.Width ?? UsualWidth, blocks = options.Blocks ?? UsualBlocks, bins = isBinned ? Bins : 0;
        double steps = Steps(options, rows, bins, width, blocks);
        return Settings(options, network, bins, width, blocks, mostHidden: isBinned ? 0.5 : 1, fullNoise: 1, steps);
    }

    /// <summary>The network that draws is shown what the plain ones are, at every noise level, and is trained to the end: what is best for
    /// guessing comes too early for drawing. Few rows take a small one, for a larger one learns their noise and draws too
    /// narrowly.</summary>
    private static ConditionalSettings DrawingNetwork(ConditionalOptions options, EncodedRows rows, int network)
    {
        bool isFew = rows.RowCount < FewRows;
        int width = options.Width ?? (isFew ? Math.Clamp(FewRowsWidth * rows.Width, 32, 128) : UsualWidth);
        int blocks = options.Blocks ?? (isFew ? FewRowsBlocks : UsualBlocks);
        double share = options.Epochs is null && !isFew ? DrawingShare : 1;
        double steps = share * Steps(options, rows, 0, width, blocks);
        return Settings(options, network, 0, width, blocks, mostHidden: 1, DrawingFullNoise, steps);
    }

    private static double Steps(ConditionalOptions options, EncodedRows rows, int bins, int width, int blocks)
    {
        int batch = options.BatchSize ?? BatchSize;
        if (options.Epochs is int epochs)
            return (double)rows.RowCount * epochs / batch;
        int numbers = rows.Columns.Count(column => column.Scaler is not null);
        int inputs = rows.Encoder.SlotCount + rows.Width + numbers * (bins + 2);
        double workPerStep = 3.0 * batch * width * (inputs + 2.0 * blocks * width + rows.Encoder.SlotCount);
        return Math.Min(Math.Clamp((double)rows.RowCount * Epochs / batch, FewestSteps, MostSteps), MostWork / workPerStep);
    }

    private static ConditionalSettings Settings(
        ConditionalOptions options, int network, int bins, int width, int blocks, double mostHidden, double fullNoise, double steps)
    {
        int whole = (int)Math.Clamp(steps, 1, int.MaxValue);
        return new ConditionalSettings
        {
            Stream = (ulong)network,
            Bins = bins,
            MostHidden = mostHidden,
            Steps = whole,
            StopAfter = whole,
            BatchSize = options.BatchSize ?? BatchSize,
            Width = width,
            Blocks = blocks,
            LearningRate = options.LearningRate ?? 2e-3,
            FullNoiseShare = fullNoise,
            OnlyMissingColumns = options.OnlyMissingColumns,
        };
    }
}
