namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A function applied to each element.</summary>
public enum Activation
{
    /// <summary>x.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    ReLU,

    /// <summary>x / (1 + exp(-x)), also called swish.</summary>
    SiLU,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>x Phi(x) in its tanh form: x / 2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) (Hendrycks and Gimpel 2016).</summary>
    GELU,

    /// <summary>exp(-max(x, 0)): 1 up to 0, then less and less (the decay of recurrent networks with holes; Che et al. 2018).</summary>
    Decay,
}
