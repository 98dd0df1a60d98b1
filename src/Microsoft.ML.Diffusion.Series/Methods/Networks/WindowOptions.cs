using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Networks;

/// <summary>What networks that fill windows of series are trained with. They look both ways only.</summary>
public abstract class WindowOptions : SeriesNetworkOptions
{
    internal const int MostSteps = 512, MostWidth = 4096;

    private protected WindowOptions()
    {
    }

    /// <summary>The steps that the network sees at a time, at most, 1 to 512; longer series are cut. Default: 48.</summary>
    public int Steps { get; set; } = 48;

    /// <summary>How often each series is seen, 1 or more; the weights that were best on held-back series are kept. Default: 80.</summary>
    public int Epochs { get; set; } = 80;

    /// <summary>The series of a training step, 1 to 65,536. Default: 64.</summary>
    public int BatchSize { get; set; } = 64;

    /// <summary>The learning rate of Adam, above 0 and at most 1. Default: 0.001.</summary>
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>The share of observed values that is hidden in training.</summary>
    internal abstract float HiddenShare { get; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Steps is >= 1 and <= MostSteps, nameof(Steps), Steps, "between 1 and 512");
        Require(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        Require(BatchSize is >= 1 and <= 65_536, nameof(BatchSize), BatchSize, "between 1 and 65,536");
        Require(LearningRate is > 0 and <= 1, nameof(LearningRate), LearningRate, "above 0 and at most 1");
    }

    /// <summary>The network with its first weights.</summary>
    /// <param name="variables">The number of variables.</param>
    /// <param name="steps">Steps of a window.</param>
    /// <param name="random">Where the first weights come from.</param>
    internal abstract WindowNetwork NewNetwork(int variables, int steps, Philox random);
}
