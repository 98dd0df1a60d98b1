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

    /// <summary>Rows of C that are gone over together where each is a pixel.</summary>
    private const int PixelRows = 64;

    internal MatrixKernels(VectorWidth vectors, int handle, int tileRows, int tileVectors)
        : base(vectors, TVector.Width, tileRows, tileVectors) => Handle = handle;

    protected override int Handle { get; }

    protected override void Row(float* a, float* b, nint bRow, float* c, int columns, int inner, float* bias) =>
        Row<TVector, T>.Run(a, b, bRow, c, columns, inner, bias);

    protected override void Row(float* a, uint* b, float* c, int columns, int inner, float* bias) =>
        ShortRow<TVector, T>.Run(a, b, ShortWeight.RowLength(columns, Width), c, columns, inner, bias);

    protected override void Chunk(MatrixProduct* p, int chunk)
    {
        int rowStart = chunk % p->RowChunks * p->RowsPerChunk;
        int rowEnd = Math.Min(p->Rows, rowStart + p->RowsPerChunk);
        int vectors = Vectors(p->Columns), panels = PanelCount(p->Columns), columnChunk = chunk / p->RowChunks;
        int vectorStart = PanelStart((int)((long)panels * columnChunk / p->ColumnChunks), vectors);
        int vectorEnd = PanelStart((int)((long)panels * (columnChunk + 1) / p->ColumnChunks), vectors);
        int columnStart = vectorStart * Width;
        int columnEnd = Math.Min(vectorEnd * Width, p->Columns);

        if (!p->IsTransposed)
        {
            float* ends = stackalloc float[CopiedPositions];
            // What a pixel sees are three runs, so C is gone over three times: few rows at a time, so that they stay in the cache.
            int together = p->Pixels.IsEmpty ? rowEnd - rowStart : PixelRows;
            int run = p->Pixels.IsEmpty ? p->Inner : p->Inner / PixelGrid.Reach;
            for (int start = rowStart; start < rowEnd; start += together)
            {
                int end = Math.Min(start + together, rowEnd);
                for (int k = 0, inner; k == 0 || k < p->Inner; k += Math.Max(inner, 1))
                {
                    inner = Math.Min(InnerBlock, run - (k == 0 ? 0 : k % run));
                    for (int row = start, rows; row < end; row += rows)
                    {
                        rows = Math.Min(TileRows, end - row);
                        float* a = !p->Pixels.IsEmpty ? Pixels(p, row, k, run, ref rows)
                            : p->Positions == 0 ? p->A + (row * p->ARow) + k : Neighbors(p, row, ref rows, ends) + k;
                        for (int vector = vectorStart; vector < vectorEnd;)
                            vector += RunTile(p, row, rows, vector, k, inner, a, p->ARow, 1);
                        if (k + inner == p->Inner)
                            Finish(p, row, rows, columnStart, columnEnd - columnStart);
                    }
                }
            }

            return;
        }

        float* copied = stackalloc float[CopiedTiles * 8 * CopiedInner];
        for (int k = 0; k == 0 || k < p->Inner; k += CopiedInner)
        {
            int inner = Math.Min(CopiedInner, p->Inner - k);
            if (!p->Pixels.IsEmpty)
                CopyPixels(p, k, inner, rowStart, rowEnd - rowStart, copied);
            else if (p->Positions == 0)
                Panel.CopyTiles(p->A + rowStart + (k * p->AStep), p->AStep, 0, inner, inner, rowEnd - rowStart, TileRows, copied);
            else
                CopyNeighbors(p, k, inner, rowStart, rowEnd - rowStart, copied);
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

    /// <summary>What the pixels from one on see, up to the end of its line, from a term on.</summary>
    private static float* Pixels(MatrixProduct* p, int pixel, int term, int run, ref int rows)
    {
        rows = Math.Min(rows, p->Pixels.Width - (pixel % p->Pixels.Width));
        return p->A + p->Pixels.Place(pixel) + ((nint)(term / run) * p->Pixels.Line) + (term % run);
    }

    /// <summary>Copies what some pixels see in one line, where they are the terms of the sums.</summary>
    private void CopyPixels(MatrixProduct* p, int firstStep, int steps, int firstRow, int rows, float* target)
    {
        for (int step = 0, taken; step < steps; step += taken)
        {
            int pixel = firstStep + step;
            taken = Math.Min(steps - step, p->Pixels.Width - (pixel % p->Pixels.Width));
            Panel.CopyTiles(
                p->A + p->Pixels.Place(pixel) + firstRow, p->Pixels.Channels, step, taken, steps, rows, TileRows, target);
        }
    }

    /// <summary>The rows of an unfolded A from one on, up to the end of its row of positions: where they lie, or with the zeros beyond the
    /// ends.</summary>
    private static float* Neighbors(MatrixProduct* p, int row, ref int rows, float* ends)
    {
        int place = row % p->Positions;
        rows = Math.Min(rows, p->Positions - place);
        if (place >= p->Reach && place + rows + p->Reach <= p->Positions)
            return p->A + ((row - p->Reach) * p->ARow);
        int width = (int)p->ARow;
        for (int i = 0; i < rows + (2 * p->Reach); i++)
        {
            int offset = i - p->Reach;
            var target = new Span<float>(ends + (i * p->ARow), width);
            if (place + offset < 0 || place + offset >= p->Positions)
                target.Clear();
            else
                new ReadOnlySpan<float>(p->A + ((row + offset) * p->ARow), width).CopyTo(target);
        }

        return ends;
    }

    /// <summary>Copies some steps of some rows of an unfolded and transposed A, with the zeros beyond the ends.</summary>
    private void CopyNeighbors(MatrixProduct* p, int firstStep, int steps, int firstRow, int rows, float* target)
    {
        for (int step = 0, taken; step < steps; step += taken)
        {
            int position = firstStep + step, place = position % p->Positions;
            float* source = p->A + ((position - p->Reach) * p->AStep) + firstRow;
            taken = Math.Min(steps - step, p->Positions - p->Reach - place);
            if (place >= p->Reach && taken > 0)
            {
                Panel.CopyTiles(source, p->AStep, step, taken, steps, rows, TileRows, target);
            }
            else
            {
                nint first = ((p->Reach - place) * p->AStep) - firstRow, end = ((p->Reach - place + p->Positions) * p->AStep) - firstRow;
                Panel.CopyStep(source, first, end, step, steps, rows, TileRows, target);
                taken = 1;
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
