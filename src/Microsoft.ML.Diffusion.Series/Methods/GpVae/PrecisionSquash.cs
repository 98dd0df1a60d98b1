namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>How the outputs of the encoder become the two diagonals of U.</summary>
internal enum PrecisionSquash
{
    /// <summary>1 + sigmoid on the main diagonal, sigmoid above it: the paper's, for PhysioNet.</summary>
    Sigmoid,

    /// <summary>1 + softplus on the main diagonal, softplus above it: the paper's, for pictures.</summary>
    Softplus,

    /// <summary>Softplus on the main diagonal, and any number above it.</summary>
    /// <remarks>Positive numbers above the diagonal make neighbouring steps vary against each other, which a slow prior does
    /// not. A sign of its own lets them vary together.</remarks>
    Signed,
}
