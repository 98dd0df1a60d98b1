namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The knobs of Adam.</summary>
public sealed record AdamOptions
{
    /// <summary>The step size alpha.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The decay of the mean of the gradient.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of the mean of the squared gradient.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean squared gradient.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The share of each weight taken off per unit of learning rate; above 0 this is AdamW (Loshchilov and Hutter 2019).</summary>
    public double WeightDecay { get; init; }

    /// <summary>The largest Euclidean norm of the gradient of all parameters together; a longer one is shortened. 0 for no limit.</summary>
    public double MaxGradientNorm { get; init; }
}
