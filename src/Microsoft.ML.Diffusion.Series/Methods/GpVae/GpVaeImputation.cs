using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>The registration of GP-VAE.</summary>
internal sealed class GpVaeImputation : NetworkImputation<GpVaeOptions>
{
    public static GpVaeImputation Instance { get; } = new();

    public override string Name => "gp-vae";

    public override string Title => "GP-VAE";

    public override string Reference => "Fortuin et al. 2020";

    public override IReadOnlyDictionary<string, Func<SeriesImputerOptions>> Presets { get; } =
        new Dictionary<string, Func<SeriesImputerOptions>>(StringComparer.OrdinalIgnoreCase)
        {
            ["paper"] = GpVaeOptions.Paper,
            ["healing-mnist"] = GpVaeOptions.HealingMnist,
            ["sprites"] = GpVaeOptions.Sprites,
        };

    public override SeriesImputerOptions NewOptions() => GpVaeOptions.Paper();

    internal override SeriesImputer Load(BinaryReader reader) => GpVaeImputer.Load(reader);

    protected override SeriesImputer Train(
        SeriesTable table, GpVaeOptions options, TensorEngine engine, ProgressMeter meter, TrainingDeadline deadline,
        CancellationToken cancel) =>
        options.PictureWidth > 0 && table.Variables % options.PictureWidth != 0
            ? throw new InvalidOperationException(
                $"The pictures should be {options.PictureWidth} pixels wide, and the {table.Variables} variables " +
                "are not so many whole rows.")
            : GpVaeTrainer.Train(table, options.Settings(), options.Seed, engine, meter, cancel, deadline);
}
