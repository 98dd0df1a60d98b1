namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>What follows a matrix product: y = dropout(act(c + addend)) + residual, in place. All matrices have the columns of C.</summary>
internal unsafe struct Epilogue
{
    internal Activation Activation;

    /// <summary>Added before the activation; null for none.</summary>
    internal float* Addend;

    /// <summary>Added last; null for none.</summary>
    internal float* Residual;

    /// <summary>Where to keep the activation's slope for the way back, 0 for what is dropped; null for nowhere.</summary>
    internal float* Slope;

    /// <summary>What is dropped after the activation, counting elements along the rows of C.</summary>
    internal Dropping Dropping;

    internal readonly bool IsEmpty =>
        Activation == Activation.None && Addend == null && Residual == null && Slope == null && Dropping.Rate == 0;
}
