namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>What follows a matrix product: y = act(c + addend) + residual, in place. All matrices have the columns of C.</summary>
internal unsafe struct Epilogue
{
    internal Activation Activation;

    /// <summary>Added before the activation; null for none.</summary>
    internal float* Addend;

    /// <summary>Added after the activation; null for none.</summary>
    internal float* Residual;

    /// <summary>Where to keep the activation's slope for the way back; null for nowhere.</summary>
    internal float* Slope;

    internal readonly bool IsEmpty => Activation == Activation.None && Addend == null && Residual == null && Slope == null;
}
