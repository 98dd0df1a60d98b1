using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.Masked;

namespace Microsoft.ML.Diffusion.Tests;

/// <summary>Networks so small that training them takes a moment.</summary>
public static class Quick
{
    public static DiffusionImputeEstimator.Options Options(Action<ConditionalOptions>? change = null)
    {
        ConditionalOptions method = new()
        {
            Width = 16,
            Blocks = 1,
            Networks = 1,
            Epochs = 3,
            DiffusionSteps = 10,
            SamplingSteps = 3,
            Threads = 1,
        };
        change?.Invoke(method);
        // Columns of sample rows are exact functions of others: with relations there would be nothing left for a method to guess.
        return new() { Method = method, FindRelations = false };
    }

    public static T Generation<T>()
        where T : DiffusionSynthesizeEstimator.Options, new() => new() { Method = Masked() };

    /// <summary>A training that goes on for minutes unless it is stopped.</summary>
    public static T Endless<T>(CancellationToken cancel)
        where T : DiffusionSynthesizeEstimator.Options, new()
    {
        MaskedOptions endless = Masked();
        (endless.Steps, endless.ValidationShare) = (100_000_000, 0);
        return new T { Method = endless, CancellationToken = cancel };
    }

    public static MaskedOptions Masked() => new() { Width = 16, Blocks = 1, Steps = 60, BatchSize = 32, Threads = 1 };

    public static InputOutputColumnPair[] Pairs(params string[] columns) => [.. columns.Select(column => new InputOutputColumnPair(column))];
}
