using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>The registration of masked diffusion.</summary>
internal sealed class MaskedGeneration : DiffusionGenerationMethod<MaskedOptions>
{
    // What the forests are random in; the network is in streams of lower numbers.
    private const ulong ForestStream = 16;

    // How often the training goes over the rows of a table of so many columns, and how much oftener over those of wider ones.
    private const double Passes = 120, ColumnsOfPasses = 24, MostTimesPasses = 2;

    private const int FewestSteps = 2000, MostSteps = 6000;

    public static MaskedGeneration Instance { get; } = new();

    public override string Name => "masked";

    public override string Title => "Masked diffusion";

    public override string Reference =>
        "The absorbing state of D3PM (Austin, Johnson, Ho, Tarlow, van den Berg 2021) without a time (Ou et al. 2024), " +
        "beside quantile forests (Meinshausen 2006)";

    public override GenerationAbilities Abilities => GenerationAbilities.FixedValues | GenerationAbilities.Ranges |
        GenerationAbilities.MissingCells | GenerationAbilities.Label | GenerationAbilities.AnyEngine | GenerationAbilities.Saving |
        GenerationAbilities.Resuming;

    protected override GenerationSampler Load(BinaryReader reader) => MaskedSampler.Load(reader);

    protected override GenerationSampler Train(ITableRows rows, MaskedOptions options, GenerationTraining training)
    {
        Table table = AsTable(rows);
        List<string> warnings = [];
        TableTokenizer tokenizer = TableTokenizer.Fit(table, options.Bins ?? Math.Clamp((int)(0.7 * Math.Sqrt(table.RowCount)), 8, 128), warnings);
        warnings.ForEach(training.Meter.Say);
        // The label last, so that it is drawn given everything else; the others as they stand.
        int[] order =
        [
            .. Enumerable.Range(0, tokenizer.Encoded.Length)
                .OrderBy(i => tokenizer.Encoded[i].Source == options.LabelColumn ? 1 : 0),
        ];
        // Nothing varies: constants are all there is to make.
        if (order.Length == 0)
            return new MaskedSampler(tokenizer, null, order);
        int[] tokens = tokenizer.Encode(table);
        int batchSize = options.BatchSize ?? 256;
        MaskedSettings settings = new()
        {
            Steps = options.Steps ?? StepsFor(table.RowCount, order.Length, batchSize),
            BatchSize = batchSize,
            Width = options.Width,
            Blocks = options.Blocks,
            LearningRate = options.LearningRate ?? 1e-3,
            Dropout = options.Dropout ?? (table.RowCount < 10_000 ? 0.3 : 0.1),
            // What of a row is known when it is made complete is in no order: the more cells are missing, the more there is to learn of that.
            OrderedShare = options.OrderedShare * KnownShare(tokenizer, tokens),
            ValidationShare = options.ValidationShare,
            Label = tokenizer.Encoded[order[^1]].Source == options.LabelColumn ? order[^1] : null,
        };
        training.Meter.Planned = settings.Steps;
        using TensorEngine engine = training.Engine.Create(options.Threads);
        var trainer = new MaskedTrainer(tokenizer, tokens, order, settings, new Philox(options.Seed));
        MaskedDenoiser denoiser = trainer.Train(engine, training.Meter, training.Clock, training.Checkpoint, training.Cancel);
        var network = new ColumnPredictor(denoiser, tokenizer.Groups);
        ForestMixture? forests = options.UseForests
            ? ForestFit.Fit(
                network, tokenizer.Encoded, tokens, order, settings.Label is not null, trainer.HeldBack, engine,
                new Philox(options.Seed).Fork(ForestStream), training.Deadline, training.Cancel)
            : null;
        ColumnPredictor predictor = network.With(forests);
        LabelTemperature? sharpened = settings.Label is int label && options.LabelTemperature != 1
            ? LabelTemperature.Fit(
                predictor, tokenizer, tokens, label, options.LabelTemperature, engine, training.Deadline, training.Cancel)
            : null;
        var slopes = BinSlopes.Fit(
            predictor, tokenizer, table, tokens, order, trainer.HeldBack, engine, training.Deadline, training.Cancel);
        RareClasses? rare = settings.Label is not null && options.RareClassRows > 1
            ? RareClasses.Fit(predictor, tokenizer, table, tokens, order, options.RareClassRows, engine, training.Deadline, training.Cancel)
            : null;
        var corrections = DrawCorrections.Fit(
            corrections => new MaskedSampler(tokenizer, predictor, order, slopes, sharpened, rare, corrections), tokenizer, tokens,
            settings.Label, training.Deadline, training.Cancel);
        return new MaskedSampler(tokenizer, predictor, order, slopes, sharpened, rare, corrections);
    }

    // Of a row known in order one column is learnt in a step: the more columns, the more often a row must come by.
    private static int StepsFor(int rows, int columns, int batchSize)
    {
        double passes = Passes * Math.Clamp((double)columns / ColumnsOfPasses, 1, MostTimesPasses);
        return (int)Math.Clamp(passes * rows / batchSize, FewestSteps, MostSteps);
    }

    // Of all cells those that are not missing.
    private static double KnownShare(TableTokenizer tokenizer, int[] tokens)
    {
        long missing = 0;
        for (int cell = 0; cell < tokens.Length; cell++)
            missing += tokens[cell] < 0 || tokens[cell] == tokenizer.Encoded[cell % tokenizer.Encoded.Length].MissingToken ? 1 : 0;
        return 1 - ((double)missing / Math.Max(1, tokens.Length));
    }
}
