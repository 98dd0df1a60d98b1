namespace Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;

/// <summary>How a <see cref="ChainedRidgePredictor"/> is fitted.</summary>
internal sealed record RidgeSettings
{
    /// <summary>The most rows that are looked at.</summary>
    public int MostRows { get; init; } = 5000;

    /// <summary>Sweeps over the columns while fitting.</summary>
    public int Sweeps { get; init; } = 6;

    /// <summary>Sweeps over the unknown cells of a row while filling it.</summary>
    public int Passes { get; init; } = 6;

    /// <summary>The most inputs per column; where there are more, those with the strongest correlation.</summary>
    public int MostInputs { get; init; } = 100;

    /// <summary>The penalty on squared coefficients, as a share of each input's sum of squares.</summary>
    public double Ridge { get; init; } = 1e-3;
}
