namespace Microsoft.ML.Diffusion.Tests;

/// <summary>Networks so small that training them takes a moment.</summary>
public static class Quick
{
    public static DiffusionImputeEstimator.Options Options() => new()
    {
        Width = 16,
        Blocks = 1,
        Networks = 1,
        Epochs = 3,
        DiffusionSteps = 10,
        SamplingSteps = 3,
        Threads = 1,
    };

    public static InputOutputColumnPair[] Pairs(params string[] columns) => [.. columns.Select(column => new InputOutputColumnPair(column))];
}
