namespace Microsoft.ML.Diffusion.Models.Methods.Gaussian;

/// <summary>How a <see cref="GaussianPredictor"/> is fitted.</summary>
internal sealed record GaussianSettings
{
    /// <summary>The most rows that are looked at.</summary>
    public int MostRows { get; init; } = 5000;

    /// <summary>The most rounds of expectation and maximisation.</summary>
    public int MostRounds { get; init; } = 50;

    /// <summary>The rounds end when no mean moves by more than this share of its deviation, and no correlation by more than it.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>The most dimensions, that is numbers and categories.</summary>
    public int MostDimensions { get; init; } = 1000;

    /// <summary>How many rows without any correlation are taken to have been seen too, per dimension.</summary>
    public double Ridge { get; init; } = 0.001;
}
