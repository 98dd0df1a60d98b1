using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;

namespace Microsoft.ML.Diffusion.Models.Methods.MissDiff;

/// <summary>The registration of MissDiff as a method that imputes.</summary>
internal sealed class MissDiffImputation : CsdiImputation<MissDiffOptions>
{
    public static MissDiffImputation Instance { get; } = new();

    public override string Name => "missdiff";

    public override string Title => "MissDiff";

    public override string Reference => "Ouyang, Xie, Li, Cheng 2023, algorithms 1 and 2";

    public override IReadOnlyDictionary<string, Func<ImputerOptions>> Presets { get; } =
        new Dictionary<string, Func<ImputerOptions>>(StringComparer.OrdinalIgnoreCase) { ["paper"] = MissDiffOptions.Paper };

    protected override bool IsConditional => false;

    protected override int DiffusionSteps => 100;

    protected override int Epochs => 250;
}
