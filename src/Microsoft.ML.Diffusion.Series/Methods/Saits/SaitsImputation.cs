using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Networks;

namespace Microsoft.ML.Diffusion.Series.Methods.Saits;

/// <summary>The registration of SAITS.</summary>
internal sealed class SaitsImputation : WindowImputation
{
    public static SaitsImputation Instance { get; } = new();

    public override string Name => "saits";

    public override string Title => "SAITS";

    public override string Reference => "Du, Cote, Liu 2023";

    public override IReadOnlyDictionary<string, Func<SeriesImputerOptions>> Presets { get; } =
        new Dictionary<string, Func<SeriesImputerOptions>>(StringComparer.OrdinalIgnoreCase)
        {
            ["saits"] = SaitsOptions.Paper,
            ["paper"] = SaitsOptions.Paper,
        };

    public override SeriesImputerOptions NewOptions() => SaitsOptions.Paper();

    protected override Func<WindowNetwork> ReadSizes(BinaryReader reader, int variables, int steps)
    {
        int width = reader.ReadBetween(1, WindowOptions.MostWidth, "the width");
        int heads = reader.ReadBetween(1, 64, "the number of heads"), layers = reader.ReadBetween(1, 16, "the number of layers");
        CheckedReading.Require(width % heads == 0, "the width is no multiple of the heads");
        return () => new SaitsNetwork(variables, steps, width, heads, layers, random: default);
    }
}
