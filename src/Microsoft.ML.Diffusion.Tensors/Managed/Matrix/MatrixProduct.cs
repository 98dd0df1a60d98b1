namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The operands of C = start + A B, and how it is split into chunks.</summary>
/// <remarks>Holds pointers only, so that it can live on the caller's stack while other threads read it.</remarks>
internal unsafe struct MatrixProduct
{
    /// <summary>Rows of A and C.</summary>
    internal int Rows;

    /// <summary>Columns of B and C.</summary>
    internal int Columns;

    /// <summary>Columns of A and rows of B: the number of terms in each sum.</summary>
    internal int Inner;

    internal float* A;

    /// <summary>Floats from one row of A to the next; 1 where A is given transposed.</summary>
    internal nint ARow;

    /// <summary>Floats from one column of A to the next; 1 where A lies row-major.</summary>
    internal nint AStep;

    /// <summary>Where not 0, A is never laid out: it is what <see cref="Tape.Unfold"/> makes of rows of so many positions, each
    /// <see cref="ARow"/> floats (<see cref="AStep"/> where it is transposed). Neighbours lie one after another, so a row of A starts
    /// <see cref="Reach"/> positions before its own, and rows of A overlap; beyond the ends there are zeros.</summary>
    internal int Positions;

    /// <summary>Positions seen to either side of each.</summary>
    internal int Reach;

    /// <summary>Where not empty, A is the pixels of pictures beside their neighbours, with zeros around the pictures. Where the pixels are
    /// the terms of the sums, <see cref="A"/> begins at one of the three lines that each sees, and the rows are those of that
    /// line.</summary>
    internal PixelGrid Pixels;

    internal float* B;

    /// <summary>Floats from one row of B to the next where B lies row-major; 0 where it is packed into panels.</summary>
    internal nint BRow;

    /// <summary>B as a <see cref="ShortWeight"/>, for products of few rows; null where it is none.</summary>
    internal uint* Short;

    internal float* C;

    /// <summary>Floats from one row of C to the next.</summary>
    internal nint CRow;

    /// <summary>Where each row of C starts from; null for zero.</summary>
    internal float* Bias;

    /// <summary>Whether C starts from what it holds.</summary>
    internal bool Accumulate;

    /// <summary>What is done to each finished block of C while it is in the cache.</summary>
    internal Epilogue Epilogue;

    /// <summary>Whether the terms of a sum lie apart from each other in A.</summary>
    internal readonly bool IsTransposed => Pixels.IsEmpty ? AStep != 1 : Pixels.IsTransposed;

    internal int RowsPerChunk;
    internal int RowChunks;

    /// <summary>Into how many parts of about as many panels each the columns are split.</summary>
    internal int ColumnChunks;
}
