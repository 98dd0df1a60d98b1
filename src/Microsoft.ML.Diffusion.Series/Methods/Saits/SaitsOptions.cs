using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Saits;

/// <summary>Options of SAITS (Du, Cote and Liu 2023, "SAITS: Self-Attention-based Imputation for Time Series"): two blocks of
/// self-attention in which no step attends to itself, and a weighted mean of what both say.</summary>
public sealed class SaitsOptions : WindowOptions
{
    /// <summary>With the defaults of <see cref="WindowOptions"/>, but 180 epochs.</summary>
    public SaitsOptions() => Epochs = 180;

    /// <inheritdoc/>
    public override SeriesImputationMethod Registration => SaitsImputation.Instance;

    /// <summary>The width of a step, a multiple of <see cref="Heads"/> up to 4,096. Default: 64.</summary>
    public int Width { get; set; } = 64;

    /// <summary>The attention heads, 1 to 64. Default: 4.</summary>
    public int Heads { get; set; } = 4;

    /// <summary>The layers of each block, 1 to 16. Default: 2.</summary>
    public int Layers { get; set; } = 2;

    /// <summary>The share of observed values that is hidden in training and to be filled, above 0 and below 1. Default: 0.2.</summary>
    public double Hidden { get; set; } = 0.2;

    internal override float HiddenShare => (float)Hidden;

    /// <summary>The method of the paper at a size for a processor: 64 numbers a step, where the paper has 256 and more.</summary>
    public static SaitsOptions Paper() => new();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Heads is >= 1 and <= 64, nameof(Heads), Heads, "between 1 and 64");
        bool isWidth = Width is >= 1 and <= MostWidth && Width % Heads == 0;
        Require(isWidth, nameof(Width), Width, $"a multiple of the {Heads} heads up to 4,096");
        Require(Layers is >= 1 and <= 16, nameof(Layers), Layers, "between 1 and 16");
        Require(Hidden is > 0 and < 1, nameof(Hidden), Hidden, "above 0 and below 1");
    }

    internal override WindowNetwork NewNetwork(int variables, int steps, Philox random) =>
        new SaitsNetwork(variables, steps, Width, Heads, Layers, random);
}
