using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>The registration of GP-VAE.</summary>
internal sealed class GpVaeImputation : SeriesImputationMethod
{
    public static GpVaeImputation Instance { get; } = new();

    public override string Name => "gp-vae";

    public override string Title => "GP-VAE";

    public override string Reference => "Fortuin et al. 2020";

    public override bool KnowsCausal => false;

    public override IReadOnlyDictionary<string, Func<SeriesImputerOptions>> Presets { get; } =
        new Dictionary<string, Func<SeriesImputerOptions>>(StringComparer.OrdinalIgnoreCase)
        {
            ["paper"] = GpVaeOptions.Paper,
            ["healing-mnist"] = GpVaeOptions.HealingMnist,
            ["sprites"] = GpVaeOptions.Sprites,
        };

    public override SeriesImputerOptions NewOptions() => GpVaeOptions.Paper();

    internal override SeriesImputer Learn(
        SeriesTable table, SeriesImputerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        var own = (GpVaeOptions)options;
        if (own.PictureWidth > 0 && table.Variables % own.PictureWidth != 0)
        {
            throw new InvalidOperationException(
                $"The pictures should be {own.PictureWidth} pixels wide, and the {table.Variables} variables are not so many whole rows.");
        }
        var deadline = TrainingDeadline.In(own.MaxTrainingTime);
        using var engine = new ManagedEngine(own.Threads);
        return GpVaeTrainer.Train(table, own.Settings(), own.Seed, engine, new ProgressMeter(progress, deadline), cancel, deadline);
    }

    internal override SeriesImputer Load(BinaryReader reader) => GpVaeImputer.Load(reader);
}
