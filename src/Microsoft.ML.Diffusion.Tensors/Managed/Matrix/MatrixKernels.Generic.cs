using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Matrix products with one type of vector.</summary>
internal sealed unsafe class MatrixKernels<TVector, T> : MatrixKernels
    where TVector : struct, ITileVector<T>
    where T : struct
{
    /// <summary>Terms summed before going on to the next rows, so that a tile's part of A stays in the first-level cache.</summary>
    private const int InnerBlock = 1024;

    /// <summary>The same where A is given transposed and has to be copied.</summary>
    private const int CopiedInner = 512;

    internal MatrixKernels(VectorKernels vectors, int handle, int tileRows, int tileVectors)
        : base(vectors, TVector.Width, tileRows, tileVectors) => Handle = handle;

    protected override int Handle { get; }

    protected override void Row(float* a, float* b, nint bRow, float* c, int columns, int inner, float* bias) =>
        Row<TVector, T>.Run(a, b, bRow, c, columns, inner, bias);

    protected override void Chunk(MatrixProduct* p, int chunk)
    {
        int rowStart = chunk % p->RowChunks * p->RowsPerChunk;
        int rowEnd = Math.Min(p->Rows, rowStart + p->RowsPerChunk);
        int vectors = Vectors(p->Columns), panels = PanelCount(p->Columns), columnChunk = chunk / p->RowChunks;
        int vectorStart = PanelStart((int)((long)panels * columnChunk / p->ColumnChunks), vectors);
        int vectorEnd = PanelStart((int)((long)panels * (columnChunk + 1) / p->ColumnChunks), vectors);
        int columnStart = vectorStart * Width;
        int columnEnd = Math.Min(vectorEnd * Width, p->Columns);

        if (p->AStep == 1)
        {
            for (int k = 0; k == 0 || k < p->Inner; k += InnerBlock)
            {
                int inner = Math.Min(InnerBlock, p->Inner - k);
                for (int row = rowStart; row < rowEnd; row += TileRows)
                {
                    int rows = Math.Min(TileRows, rowEnd - row);
                    for (int vector = vectorStart; vector < vectorEnd;)
                        vector += RunTile(p, row, rows, vector, k, inner, p->A + (row * p->ARow) + k, p->ARow, 1);
                    if (k + inner == p->Inner)
                        Finish(p, row, rows, columnStart, columnEnd - columnStart);
                }
            }

            return;
        }

        float* copied = stackalloc float[CopiedTiles * 8 * CopiedInner];
        for (int k = 0; k == 0 || k < p->Inner; k += CopiedInner)
        {
            int inner = Math.Min(CopiedInner, p->Inner - k);
            Panel.CopyTiles(p->A + rowStart + (k * p->AStep), p->AStep, inner, rowEnd - rowStart, TileRows, copied);
            for (int vector = vectorStart, taken; vector < vectorEnd; vector += taken)
            {
                taken = 0;
                for (int row = rowStart; row < rowEnd; row += TileRows)
                {
                    int rows = Math.Min(TileRows, rowEnd - row);
                    taken = RunTile(p, row, rows, vector, k, inner, copied + ((nint)(row - rowStart) * inner), 1, rows);
                }
            }
        }
    }

    /// <summary>One tile of C and one block of terms; returns the number of vectors in a row of it.</summary>
    private int RunTile(MatrixProduct* p, int row, int rows, int vector, int k, int inner, float* a, nint aRow, nint aStep)
    {
        int vectors = NextPanel(Vectors(p->Columns) - vector);
        int column = vector * Width;
        nint bStep = p->BRow != 0 ? p->BRow : vectors * Width;
        float* b = p->B + (k * bStep) + (p->BRow != 0 ? column : (nint)column * p->Inner);
        float* c = p->C + (row * p->CRow) + column;
        float* bias = p->Bias == null || k > 0 ? null : p->Bias + column;
        bool accumulate = p->Accumulate || k > 0;
        if (column + (vectors * Width) <= p->Columns)
            RunTile(rows, vectors, (byte*)a, aRow * sizeof(float), aStep * sizeof(float), b, bStep, c, p->CRow, inner, bias, accumulate);
        else
            RunEdge(rows, vectors, p->Columns - column, (byte*)a, aRow * sizeof(float), aStep * sizeof(float), b, bStep, c, p->CRow, inner, bias, accumulate);
        return vectors;
    }

    /// <summary>A tile that reaches beyond the last column of C: by way of a block on the stack.</summary>
    private void RunEdge(
        int rows, int vectors, int columns, byte* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, nint inner, float* bias, bool accumulate)
    {
        int width = vectors * Width;
        float* block = stackalloc float[8 * 48];
        for (int row = 0; accumulate && row < rows; row++)
            new ReadOnlySpan<float>(c + (row * cRow), columns).CopyTo(new Span<float>(block + (row * width), columns));
        RunTile(rows, vectors, a, aRow, aStep, b, bStep, block, width, inner, bias, accumulate);
        for (int row = 0; row < rows; row++)
            new ReadOnlySpan<float>(block + (row * width), columns).CopyTo(new Span<float>(c + (row * cRow), columns));
    }

    private static void RunTile(
        int rows, int vectors, byte* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, nint inner, float* bias, bool accumulate)
    {
        if (vectors == 3)
        {
            switch (rows)
            {
                case 1:
                    Tile<TVector, T, Number.N1, Number.N3>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 2:
                    Tile<TVector, T, Number.N2, Number.N3>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 3:
                    Tile<TVector, T, Number.N3, Number.N3>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 4:
                    Tile<TVector, T, Number.N4, Number.N3>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 5:
                    Tile<TVector, T, Number.N5, Number.N3>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 6:
                    Tile<TVector, T, Number.N6, Number.N3>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 7:
                    Tile<TVector, T, Number.N7, Number.N3>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 8:
                    Tile<TVector, T, Number.N8, Number.N3>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
            }
        }
        else if (vectors == 2)
        {
            switch (rows)
            {
                case 1:
                    Tile<TVector, T, Number.N1, Number.N2>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 2:
                    Tile<TVector, T, Number.N2, Number.N2>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 3:
                    Tile<TVector, T, Number.N3, Number.N2>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 4:
                    Tile<TVector, T, Number.N4, Number.N2>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 5:
                    Tile<TVector, T, Number.N5, Number.N2>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 6:
                    Tile<TVector, T, Number.N6, Number.N2>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 7:
                    Tile<TVector, T, Number.N7, Number.N2>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 8:
                    Tile<TVector, T, Number.N8, Number.N2>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
            }
        }
        else
        {
            switch (rows)
            {
                case 1:
                    Tile<TVector, T, Number.N1, Number.N1>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 2:
                    Tile<TVector, T, Number.N2, Number.N1>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 3:
                    Tile<TVector, T, Number.N3, Number.N1>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 4:
                    Tile<TVector, T, Number.N4, Number.N1>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 5:
                    Tile<TVector, T, Number.N5, Number.N1>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 6:
                    Tile<TVector, T, Number.N6, Number.N1>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 7:
                    Tile<TVector, T, Number.N7, Number.N1>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
                case 8:
                    Tile<TVector, T, Number.N8, Number.N1>.Run(a, aRow, aStep, b, bStep, c, cRow, inner, bias, accumulate);
                    break;
            }
        }
    }
}
