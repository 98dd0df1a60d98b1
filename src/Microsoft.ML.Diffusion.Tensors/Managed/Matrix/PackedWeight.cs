namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A weight laid out in panels, and its transpose: made when first needed, and again after the weight has changed.</summary>
/// <remarks>Any number of threads may ask at once; they share what one of them makes.</remarks>
internal sealed unsafe class PackedWeight
{
    private readonly Parameter _parameter;
    private readonly Lock _making = new();
    private readonly Entry?[] _entries = new Entry?[4 * Layouts];

    /// <summary>Weights of a convolution for one input and output.</summary>
    private const int Neighbours = 9;

    private const int Layouts = 5;
    private const int Reversed = 2;
    private const int Tiles = 3;
    private const int ReversedTiles = 4;

    internal PackedWeight(Parameter parameter) => _parameter = parameter;

    // For each width of vectors; empty where the weight is none.
    private readonly Entry?[] _short = new Entry?[4];

    // The 16 matrices of a convolution by tiles before they are packed.
    private AlignedBuffer? _transformed;
    private int _transformedVersion = -1;

    /// <summary>The panels of the weight [inputs, outputs], or of its transpose.</summary>
    internal float* Get(VectorWidth vectors, bool transposed, int threads) => Get(vectors, transposed ? 1 : 0, transposed ? 1 : 0, threads);

    /// <summary>The panels of the weight of the convolution that leads back through one of weight [kernel times inputs, outputs]:
    /// [kernel times outputs, inputs], the last neighbour first.</summary>
    internal float* GetReversed(VectorWidth vectors, int kernel, int threads) => Get(vectors, Reversed, kernel, threads);

    /// <summary>The panels of the 16 matrices [inputs, outputs] of a convolution by tiles (<see cref="WinogradTransforms"/>), one after
    /// another; or of those of the convolution that leads back through it, [outputs, inputs].</summary>
    internal float* GetTiles(VectorWidth vectors, bool reversed, int threads) =>
        Get(vectors, reversed ? ReversedTiles : Tiles, reversed ? 1 : 0, threads);

    /// <summary>Floats of one of the 16 matrices of <see cref="GetTiles"/>.</summary>
    internal int TileLength(VectorWidth vectors, bool reversed)
    {
        int inputs = _parameter.Shape.Rows / Neighbours, outputs = _parameter.Shape.Columns;
        return reversed ? vectors.Matrix.PackedLength(outputs, inputs) : vectors.Matrix.PackedLength(inputs, outputs);
    }

    /// <summary>The weight as a <see cref="ShortWeight"/>; null where it is none.</summary>
    internal uint* GetShort(VectorWidth vectors)
    {
        ref Entry? slot = ref _short[vectors.Handle];
        int version = _parameter.Version;
        Entry? entry = Volatile.Read(ref slot);
        if (entry is null || entry.Version != version)
        {
            lock (_making)
            {
                bool isShort = ShortWeight.Is(_parameter.Value);
                int columns = _parameter.Shape.Columns, width = vectors.Matrix.Width;
                entry = new Entry(new AlignedBuffer(isShort ? _parameter.Shape.Rows * ShortWeight.RowLength(columns, width) : 0), 0);
                entry.Buffer.Clear();
                if (isShort)
                    ShortWeight.Pack(_parameter.Value, columns, width, (uint*)entry.Buffer.Pointer);
                entry.Version = version;
                Volatile.Write(ref slot, entry);
            }
        }

        return entry.Buffer.Length == 0 ? null : (uint*)entry.Buffer.Pointer;
    }

    private float* Get(VectorWidth vectors, int layout, int blocks, int threads)
    {
        ref Entry? slot = ref _entries[(Layouts * vectors.Handle) + layout];
        int version = _parameter.Version;
        Entry? entry = Volatile.Read(ref slot);
        bool isCurrent = entry is not null && entry.Version == version && entry.Blocks == blocks;
        return (isCurrent ? entry! : Make(ref slot, vectors, layout, blocks, threads, version)).Buffer.Pointer;
    }

    /// <param name="slot">Where the panels are kept.</param>
    /// <param name="vectors">For which vectors.</param>
    /// <param name="layout">Which layout.</param>
    /// <param name="blocks">Blocks of the transpose; 0 for the weight as it is.</param>
    /// <param name="threads">How many threads may take part.</param>
    /// <param name="version">The weight's version.</param>
    private Entry Make(ref Entry? slot, VectorWidth vectors, int layout, int blocks, int threads, int version)
    {
        lock (_making)
        {
            if (layout >= Tiles)
                return MakeTiles(ref slot, vectors, layout == ReversedTiles, blocks, threads, version);
            (int inner, int columns) = (_parameter.Shape.Rows, _parameter.Shape.Columns);
            if (blocks > 0)
                (inner, columns) = (columns * blocks, inner / blocks);
            Entry entry = slot is { } made && made.Blocks == blocks
                ? made
                : new Entry(new AlignedBuffer(vectors.Matrix.PackedLength(inner, columns)), blocks);
            if (entry.Version != version)
            {
                vectors.Matrix.Pack(
                    _parameter.ValueBuffer.Pointer, _parameter.Shape.Columns, blocks > 0, inner, columns, entry.Buffer.Pointer, threads,
                    Math.Max(1, blocks));
                entry.Version = version;
            }

            Volatile.Write(ref slot, entry);
            return entry;
        }
    }

    private Entry MakeTiles(ref Entry? slot, VectorWidth vectors, bool reversed, int blocks, int threads, int version)
    {
        int length = TileLength(vectors, reversed);
        Entry entry = slot ?? new Entry(new AlignedBuffer(checked(WinogradTransforms.Places * length)), blocks);
        if (entry.Version != version)
        {
            int inputs = _parameter.Shape.Rows / Neighbours, outputs = _parameter.Shape.Columns, matrix = inputs * outputs;
            _transformed ??= new AlignedBuffer(checked(WinogradTransforms.Places * matrix));
            if (_transformedVersion != version)
            {
                var kernel = new WinogradWeights
                {
                    Weight = _parameter.ValueBuffer.Pointer, Transformed = _transformed.Pointer, Inputs = inputs, Outputs = outputs,
                };
                vectors.Run(ref kernel, inputs, threads);
                _transformedVersion = version;
            }

            for (int place = 0; place < WinogradTransforms.Places; place++)
            {
                // Turning the nine weights round exchanges the first and the last line of places, and the first and the last column.
                float* source = _transformed.Pointer + (reversed ? (4 * Opposite(place / 4)) + Opposite(place % 4) : place) * (nint)matrix;
                vectors.Matrix.Pack(
                    source, outputs, reversed, reversed ? outputs : inputs, reversed ? inputs : outputs,
                    entry.Buffer.Pointer + ((nint)place * length), threads);
            }

            entry.Version = version;
        }

        Volatile.Write(ref slot, entry);
        return entry;

        static int Opposite(int i) => i is 0 or 3 ? 3 - i : i;
    }

    private sealed class Entry(AlignedBuffer buffer, int blocks)
    {
        private int _version = -1;

        internal AlignedBuffer Buffer { get; } = buffer;

        internal int Blocks => blocks;

        internal int Version
        {
            get => Volatile.Read(ref _version);
            set => Volatile.Write(ref _version, value);
        }
    }
}
