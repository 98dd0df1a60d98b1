namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Adds the products of transformed inputs and gradients: a place in a chunk.</summary>
internal unsafe struct WinogradPlacesBackward : IKernel
{
    internal float* V;
    internal float* Dm;
    internal float* Du;
    internal int Room;
    internal int Count;
    internal int Inputs;
    internal int Outputs;
    internal bool Accumulate;
    internal int Vectors;

    public readonly void Run<TLanes, T>(int chunk)
        where TLanes : struct, ILanes<T>
        where T : struct =>
        VectorWidth.At(Vectors).Matrix.Multiply(
            new MatrixProduct
            {
                Rows = Inputs, Inner = Count, Columns = Outputs,
                A = V + ((nint)chunk * Room * Inputs), ARow = 1, AStep = Inputs,
                B = Dm + ((nint)chunk * Room * Outputs), BRow = Outputs,
                C = Du + ((nint)chunk * Inputs * Outputs), CRow = Outputs, Accumulate = Accumulate,
            },
            threads: 1);
}
