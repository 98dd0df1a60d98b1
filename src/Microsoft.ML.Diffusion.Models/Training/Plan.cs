namespace Microsoft.ML.Diffusion.Models;

/// <summary>What is trained for a table where the options leave the choice: a function of the options and the table's size.</summary>
internal static class Plan
{
    // A network sees the rows of a large table this often.
    private const int Epochs = 40;

    // Steps of a network where the table does not need more; most steps of any.
    private const int FewestSteps = 2000, MostSteps = 12_000;

    // Multiplications and additions that a network's training may take: about a minute and a half of one core.
    private const double MostWork = 2.5e12;

    private const int Bins = 12;

    // How much longer the network that draws is trained than one that guesses.
    private const double DrawingShare = 2;

    /// <summary>The members and networks of <see cref="DiffusionMethod.Conditional"/>.</summary>
    /// <param name="options">The options.</param>
    /// <param name="encoder">The columns.</param>
    /// <param name="rows">Rows of the table.</param>
    public static ConditionalPlan Conditional(TabularDiffusionModel.Options options, TableEncoder encoder, int rows)
    {
        ImputationMembers members = options.Members ?? ImputationMembers.All;
        int guessing = members.HasFlag(ImputationMembers.Denoisers) ? options.Networks ?? 4 : 0;
        ConditionalSettings[] networks = new ConditionalSettings[guessing + 1];
        int batch = options.BatchSize ?? 128;
        int width = options.Width ?? (rows < 10_000 ? 128 : 192);
        int blocks = options.Blocks ?? 4;
        int numbers = encoder.Encoded.Count(column => column.Scaler is not null);
        for (int i = 0; i < networks.Length; i++)
        {
            // Most networks see every number in several ways and many known cells. Every fourth sees plain numbers and any share of
            // known cells: it errs differently, and also knows rows of which little or nothing is known. So does the one that draws,
            // which meets every noise level and is trained to the end: what is best for guessing comes too early for drawing.
            bool draws = i == guessing, isBinned = !draws && i % 4 != 3;
            int inputs = encoder.SlotCount + encoder.Encoded.Count + numbers * (isBinned ? Bins + 2 : 2);
            double workPerStep = 3.0 * batch * width * (inputs + 2.0 * blocks * width + encoder.SlotCount);
            double steps = options.Epochs is int epochs
                ? (double)rows * epochs / batch
                : Math.Min(Math.Clamp((double)rows * Epochs / batch, FewestSteps, MostSteps), MostWork / workPerStep);
            int whole = (int)Math.Clamp(draws && options.Epochs is null ? DrawingShare * steps : steps, 1, int.MaxValue);
            networks[i] = new ConditionalSettings
            {
                Stream = (ulong)i,
                Bins = isBinned ? Bins : 0,
                MostHidden = isBinned ? 0.5 : 1,
                Steps = whole,
                StopAfter = whole,
                BatchSize = batch,
                Width = width,
                Blocks = blocks,
                LearningRate = options.LearningRate ?? 2e-3,
                FullNoiseShare = draws ? 0.1 : 1,
            };
        }
        return new ConditionalPlan(members, networks[..guessing], networks[guessing], options.ValidationShare ?? 0.1);
    }

    /// <summary>The network of <see cref="DiffusionMethod.MissDiff"/> or <see cref="DiffusionMethod.CsdiT"/>; what is not given is as
    /// published.</summary>
    /// <param name="options">The options.</param>
    public static CsdiSettings Csdi(TabularDiffusionModel.Options options) => new()
    {
        IsConditional = options.Method == DiffusionMethod.CsdiT,
        Epochs = options.Epochs ?? (options.Method == DiffusionMethod.CsdiT ? 500 : 250),
        BatchSize = options.BatchSize ?? 64,
        Width = options.Width ?? 64,
        Blocks = options.Blocks ?? 4,
        LearningRate = options.LearningRate ?? 5e-4,
    };
}
