using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;

namespace Microsoft.ML.Diffusion.Models.Methods.CsdiT;

/// <summary>The registration of CSDI-T.</summary>
internal sealed class CsdiTImputation : CsdiImputation<CsdiTOptions>
{
    public static CsdiTImputation Instance { get; } = new();

    public override string Name => "csdit";

    public override string Title => "CSDI-T";

    public override string Reference => "Zheng, Charoenphakdee 2022; Tashiro, Song, Song, Ermon 2021";

    public override IReadOnlyDictionary<string, Func<ImputerOptions>> Presets { get; } =
        new Dictionary<string, Func<ImputerOptions>>(StringComparer.OrdinalIgnoreCase)
        {
            ["csdit"] = CsdiTOptions.Paper,
            ["paper"] = CsdiTOptions.Paper,
        };

    protected override bool IsConditional => true;

    protected override int DiffusionSteps => 150;

    protected override int Epochs => 500;
}
