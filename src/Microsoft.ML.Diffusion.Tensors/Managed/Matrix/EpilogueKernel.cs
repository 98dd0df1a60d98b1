using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Does to a finished block of a product what its epilogue says: adds, activates, drops, and keeps the slopes.</summary>
internal unsafe struct EpilogueKernel : IKernel
{
    private const int Block = ILanes<float>.Count;

    internal Epilogue* Epilogue;
    internal float* C;

    /// <summary>Floats from one row of C to the next.</summary>
    internal nint CRow;
    internal int Row;
    internal int Rows;
    internal int Column;
    internal int Columns;

    [MethodImpl(IKernel.Loop)]
    public readonly void Run<TLanes, T>(int chunk)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        (int columns, int rows) = (Columns, Rows);
        if (columns == CRow)
        {
            // Whole rows lie one after another: one long run.
            (columns, rows) = (columns * rows, 1);
        }

        for (int i = 0; i < rows; i++)
        {
            nint start = ((Row + i) * CRow) + Column;
            float* addend = Epilogue->Addend == null ? null : Epilogue->Addend + start;
            float* residual = Epilogue->Residual == null ? null : Epilogue->Residual + start;
            float* slope = Epilogue->Slope == null ? null : Epilogue->Slope + start;
            if (Epilogue->Dropping.Rate > 0)
                FinishAndDrop<TLanes, T>(start, C + start, addend, residual, slope, columns);
            else
                Activations<TLanes, T>.Run(Epilogue->Activation, C + start, C + start, addend, residual, slope, columns);
        }
    }

    /// <summary>
    /// Elements start to start + n - 1 of a matrix, with their draws made beside them a few groups at a time, from the start of the
    /// group that the first is in. Only training drops, so there is always a slope.
    /// </summary>
    private readonly void FinishAndDrop<TLanes, T>(nint start, float* y, float* addend, float* residual, float* slope, nint n)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        const int Group = 4 * Block, Groups = 4;
        Dropping dropping = Epilogue->Dropping;
        float* draws = stackalloc float[Groups * Group];
        for (nint i = 0, count; i < n; i += count)
        {
            int skipped = (int)((start + i) % Group);
            count = Math.Min(n - i, (Groups * Group) - skipped);
            PhiloxLanes<TLanes, T>.Fill(
                dropping.Random, normal: false, (ulong)(start + i - skipped), draws, (skipped + count + Group - 1) / Group);
            Activations<TLanes, T>.Run(
                Epilogue->Activation, y + i, y + i, addend == null ? null : addend + i, residual == null ? null : residual + i,
                slope + i, count,
                draws + skipped, dropping.Rate, dropping.Kept);
        }
    }
}
