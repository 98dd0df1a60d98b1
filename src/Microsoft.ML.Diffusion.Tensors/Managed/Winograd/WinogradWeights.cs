namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Transforms the weights of one input in a chunk, or their gradients back.</summary>
internal unsafe struct WinogradWeights : IKernel
{
    /// <summary>[9, inputs, outputs].</summary>
    internal float* Weight;

    /// <summary>[16, inputs, outputs].</summary>
    internal float* Transformed;
    internal int Inputs;
    internal int Outputs;

    /// <summary>Whether the gradient is led back, and then whether it is added to what is there.</summary>
    internal bool Backward;
    internal bool Accumulate;

    public readonly void Run<TLanes, T>(int chunk)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        nint row = (nint)chunk * Outputs, matrix = (nint)Inputs * Outputs;
        if (Backward)
            WinogradTransforms.WeightGradient<TLanes, T>(Transformed + row, matrix, Outputs, Weight + row, matrix, Accumulate);
        else
            WinogradTransforms.Weight<TLanes, T>(Weight + row, matrix, Outputs, Transformed + row, matrix);
    }
}
