using System.Runtime.Intrinsics;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Matrix products for one width of vectors.</summary>
internal abstract unsafe class MatrixKernels
{
    /// <summary>Products of fewer multiply-adds stay on the calling thread.</summary>
    private const long SmallestParallel = 1 << 20;

    /// <summary>Floats of B that a chunk goes over again and again: a bit less than a core's second-level cache.</summary>
    private const int CacheFloats = 144 * 1024;

    /// <summary>Chunks for each thread: enough that the threads end at about the same time, though one may be held up.</summary>
    private const int ChunksPerThread = 8;

    /// <summary>Tiles of rows whose part of a transposed A is copied at a time.</summary>
    protected const int CopiedTiles = 12;

    /// <summary>Rows of the tallest tile for any width of vectors.</summary>
    private const int LargestTileRows = 8;

    /// <summary>The most floats that a tile of positions takes with its neighbours, to be copied with zeros at an end of a row.</summary>
    protected const int CopiedPositions = 16 * 1024;

    /// <summary>Rows that are packed at a time: few enough for their pages to stay at hand.</summary>
    private const int PackedRows = 16;

    private readonly VectorWidth _vectors;

    protected MatrixKernels(VectorWidth vectors, int width, int tileRows, int tileVectors)
    {
        _vectors = vectors;
        (Width, TileRows, TileVectors) = (width, tileRows, tileVectors);
    }

    /// <summary>Floats in a vector.</summary>
    internal int Width { get; }

    /// <summary>Rows of the largest tile.</summary>
    internal int TileRows { get; }

    /// <summary>Vectors in a row of the largest tile.</summary>
    internal int TileVectors { get; }

    /// <summary>A product of fewer rows is better off with a B that lies as it is.</summary>
    internal static int SmallestPackedRows => 4;

    /// <summary>Floats that B packed into panels takes.</summary>
    internal int PackedLength(int inner, int columns) => checked(inner * Vectors(columns) * Width);

    /// <summary>Whether a product can take positions of so many floats, each with its neighbours, where they lie; the same for any width of
    /// vectors.</summary>
    internal static bool CanUnfold(int columns, int reach) => (LargestTileRows + (2L * reach)) * columns <= CopiedPositions;

    /// <summary>Runs a product on up to <paramref name="threads"/> threads.</summary>
    internal void Multiply(MatrixProduct product, int threads)
    {
        if (product.Rows == 0 || product.Columns == 0)
            return;

        if (product.Rows < SmallestPackedRows && product.BRow != 0 && !product.IsTransposed && product.Pixels.IsEmpty
            && !product.Accumulate)
        {
            for (int i = 0; i < product.Rows; i++)
            {
                float* a = product.A + (i * product.ARow), c = product.C + (i * product.CRow);
                if (product.Short != null)
                    Row(a, product.Short, c, product.Columns, product.Inner, product.Bias);
                else
                    Row(a, product.B, product.BRow, c, product.Columns, product.Inner, product.Bias);
            }

            Finish(&product, 0, product.Rows, 0, product.Columns);
            return;
        }

        bool parallel = threads > 1 && (long)product.Rows * product.Columns * product.Inner >= SmallestParallel;
        Split(ref product, parallel ? threads : 1);
        int chunks = product.RowChunks * product.ColumnChunks;
        if (!parallel || chunks == 1)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
                Chunk(&product, chunk);
        }
        else
        {
            var state = new State { Product = &product, Kernels = Handle };
            WorkerPool.Shared.Run(threads, chunks, &RunChunk, &state);
        }
    }

    /// <summary>
    /// Lays B out in panels: the columns of one tile together, row after row, padded with zeros to whole vectors.
    /// </summary>
    /// <param name="source">B row-major, or its transpose.</param>
    /// <param name="sourceRow">Floats from one row of the source to the next.</param>
    /// <param name="transposed">Whether the source is the transpose of B.</param>
    /// <param name="inner">Rows of B.</param>
    /// <param name="columns">Columns of B.</param>
    /// <param name="panels">Where to.</param>
    /// <param name="threads">How many threads may take part.</param>
    /// <param name="blocks">Of how many blocks of rows a transposed source consists, each the transpose of as many rows of B; the last
    /// block's
    /// come first.</param>
    internal void Pack(float* source, nint sourceRow, bool transposed, int inner, int columns, float* panels, int threads, int blocks = 1)
    {
        var packing = new Packing
        {
            Source = source, SourceRow = sourceRow, Transposed = transposed, Inner = inner, Columns = columns, Panels = panels,
            Blocks = blocks,
            Kernels = Handle,
        };
        int chunks = transposed ? PanelCount(columns) : (inner + PackedRows - 1) / PackedRows;
        const int SmallestParallelPacking = 1 << 16;
        WorkerPool.Shared.Run((long)inner * columns < SmallestParallelPacking ? 1 : threads, chunks, &PackChunk, &packing);
    }

    /// <summary>A number that stands for this object where only plain data can go (see <see cref="VectorWidth.At"/>).</summary>
    protected abstract int Handle { get; }

    /// <summary>The products for a width of vectors: tiles as large as their registers hold.</summary>
    internal static MatrixKernels Create(VectorWidth vectors, int handle) => handle switch
    {
        0 => new MatrixKernels<Tile512, Vector512<float>>(vectors, handle, tileRows: 8, tileVectors: 3),
        1 => new MatrixKernels<Tile256, Vector256<float>>(vectors, handle, tileRows: 6, tileVectors: 2),
        2 => new MatrixKernels<Tile128, Vector128<float>>(vectors, handle, tileRows: 6, tileVectors: 2),
        _ => new MatrixKernels<TileScalar, float>(vectors, handle, tileRows: 4, tileVectors: 2),
    };

    /// <summary>One row times a row-major B.</summary>
    protected abstract void Row(float* a, float* b, nint bRow, float* c, int columns, int inner, float* bias);

    /// <summary>One row times a <see cref="ShortWeight"/>.</summary>
    protected abstract void Row(float* a, uint* b, float* c, int columns, int inner, float* bias);

    /// <summary>One chunk of a product.</summary>
    protected abstract void Chunk(MatrixProduct* product, int chunk);

    /// <summary>Does to a finished block of C what the product's epilogue says.</summary>
    protected void Finish(MatrixProduct* product, int row, int rows, int column, int columns)
    {
        if (!product->Epilogue.IsEmpty)
        {
            var kernel = new EpilogueKernel
            {
                Epilogue = &product->Epilogue, C = product->C, CRow = product->CRow, Row = row, Rows = rows, Column = column,
                Columns = columns,
            };
            _vectors.Run(ref kernel);
        }
    }

    protected int Vectors(int columns) => (columns + Width - 1) / Width;

    /// <summary>Vectors in the next panel: the most a tile takes, but 2 + 2 rather than 3 + 1.</summary>
    protected int NextPanel(int vectorsLeft) =>
        vectorsLeft == TileVectors + 1 && TileVectors > 2 ? TileVectors - 1 : Math.Min(vectorsLeft, TileVectors);

    /// <summary>The first vector of a panel of B; all vectors for the panel after the last.</summary>
    protected int PanelStart(int panel, int vectors)
    {
        // Only the last panel can start early: where it would have one vector, it takes one from the panel before.
        int start = Math.Min(panel * TileVectors, vectors);
        return TileVectors > 2 && panel > 0 && start == vectors - 1 ? start - 1 : start;
    }

    protected int PanelCount(int columns) => (Vectors(columns) + TileVectors - 1) / TileVectors;

    /// <summary>How the product is split into chunks of about the same size, a few for each thread; that changes no result.</summary>
    /// <remarks>
    /// Where A lies row-major, a chunk has the columns whose part of B stays in the cache while all its rows go by. Where
    /// A is transposed, a chunk has all columns, and few enough rows for its copy of A to stay in the cache. A chunk much larger
    /// than the others would both leave that cache and keep one thread at work after the rest have finished.
    /// </remarks>
    private void Split(ref MatrixProduct product, int threads)
    {
        int panels = PanelCount(product.Columns);
        int cached = !product.IsTransposed ? Math.Max(1, CacheFloats / Math.Max(1, product.Inner) / (TileVectors * Width)) : panels;
        product.ColumnChunks = (panels + cached - 1) / cached;

        int tiles = (product.Rows + TileRows - 1) / TileRows;
        int wanted = threads == 1 ? 1 : ((ChunksPerThread * threads) + product.ColumnChunks - 1) / product.ColumnChunks;
        int tilesPerChunk = (tiles + wanted - 1) / wanted;
        if (product.IsTransposed)
            tilesPerChunk = Math.Min(tilesPerChunk, CopiedTiles);
        product.RowsPerChunk = tilesPerChunk * TileRows;
        product.RowChunks = (product.Rows + product.RowsPerChunk - 1) / product.RowsPerChunk;
    }

    /// <summary>Some rows of every panel: a few rows of the source are read from end to end.</summary>
    private void PackRows(Packing* packing, int chunk)
    {
        int row = chunk * PackedRows, rows = Math.Min(PackedRows, packing->Inner - row);
        for (int left = Vectors(packing->Columns), column = 0; left > 0;)
        {
            int vectors = NextPanel(left), width = vectors * Width;
            Panel.Copy(
                packing->Source + (row * packing->SourceRow) + column, packing->SourceRow, rows, Math.Min(width,
                packing->Columns - column), width,
                packing->Panels + ((nint)column * packing->Inner) + ((nint)row * width));
            left -= vectors;
            column += width;
        }
    }

    /// <summary>One panel from some rows of the transposed source.</summary>
    private void PackPanel(Packing* packing, int panel)
    {
        int vectors = Vectors(packing->Columns), start = PanelStart(panel, vectors);
        int column = start * Width, width = NextPanel(vectors - start) * Width;
        int inner = packing->Inner / packing->Blocks;
        for (int block = 0; block < packing->Blocks; block++)
        {
            nint first = column + ((nint)(packing->Blocks - 1 - block) * packing->Columns);
            Panel.CopyTransposed(
                packing->Source + (first * packing->SourceRow), packing->SourceRow, inner, Math.Min(width, packing->Columns - column),
                width,
                packing->Panels + ((nint)column * packing->Inner) + ((nint)block * inner * width));
        }
    }

    private static void PackChunk(void* state, int chunk)
    {
        var packing = (Packing*)state;
        MatrixKernels kernels = VectorWidth.At(packing->Kernels).Matrix;
        if (packing->Transposed)
            kernels.PackPanel(packing, chunk);
        else
            kernels.PackRows(packing, chunk);
    }

    private static void RunChunk(void* state, int chunk) =>
        VectorWidth.At(((State*)state)->Kernels).Matrix.Chunk(((State*)state)->Product, chunk);

    private struct State
    {
        internal MatrixProduct* Product;
        internal int Kernels;
    }

    private struct Packing
    {
        internal float* Source;
        internal nint SourceRow;
        internal bool Transposed;
        internal int Inner;
        internal int Columns;
        internal float* Panels;
        internal int Blocks;
        internal int Kernels;
    }
}
