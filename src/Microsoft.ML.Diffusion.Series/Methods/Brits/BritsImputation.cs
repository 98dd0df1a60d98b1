using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Networks;

namespace Microsoft.ML.Diffusion.Series.Methods.Brits;

/// <summary>The registration of BRITS.</summary>
internal sealed class BritsImputation : WindowImputation
{
    public static BritsImputation Instance { get; } = new();

    public override string Name => "brits";

    public override string Title => "BRITS";

    public override string Reference => "Cao et al. 2018";

    public override IReadOnlyDictionary<string, Func<SeriesImputerOptions>> Presets { get; } =
        new Dictionary<string, Func<SeriesImputerOptions>>(StringComparer.OrdinalIgnoreCase)
        {
            ["brits"] = BritsOptions.Paper,
            ["paper"] = BritsOptions.Paper,
        };

    public override SeriesImputerOptions NewOptions() => BritsOptions.Paper();

    protected override Func<WindowNetwork> ReadSizes(BinaryReader reader, int variables, int steps)
    {
        int width = reader.ReadBetween(1, WindowOptions.MostWidth, "the width");
        return () => new BritsNetwork(variables, steps, width, random: default);
    }
}
