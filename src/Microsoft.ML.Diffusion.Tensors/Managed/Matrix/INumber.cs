namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A whole number known to the compiler of a generic method.</summary>
internal interface INumber
{
    static abstract int Value { get; }
}
