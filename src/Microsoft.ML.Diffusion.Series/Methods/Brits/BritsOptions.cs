using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Brits;

/// <summary>Options of BRITS (Cao et al. 2018, "BRITS: Bidirectional Recurrent Imputation for Time Series"): a recurrent network over the
/// steps, once forwards and once backwards, whose state decays where values are missing, and which predicts each value from those before it
/// and from the other variables of its step.</summary>
public sealed class BritsOptions : WindowOptions
{
    /// <inheritdoc/>
    public override SeriesImputationMethod Registration => BritsImputation.Instance;

    /// <summary>The width of the recurrent state, 1 to 4,096. Default: 64.</summary>
    public int Width { get; set; } = 64;

    internal override float HiddenShare => 0;

    /// <summary>The network of the paper: a state of 64 numbers, full feature regression, batches of 64, Adam 0.001; the distance between
    /// what both directions say counts a tenth.</summary>
    public static BritsOptions Paper() => new();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Width is >= 1 and <= MostWidth, nameof(Width), Width, "between 1 and 4,096");
    }

    internal override WindowNetwork NewNetwork(int variables, int steps, Philox random) =>
        new BritsNetwork(variables, steps, Width, random);
}
