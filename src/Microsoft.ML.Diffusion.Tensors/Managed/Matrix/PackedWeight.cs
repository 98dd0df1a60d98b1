namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A weight laid out in panels, and its transpose: made when first needed, and again after the weight has changed.</summary>
/// <remarks>Any number of threads may ask at once; they share what one of them makes.</remarks>
internal sealed unsafe class PackedWeight
{
    private readonly Parameter _parameter;
    private readonly Lock _making = new();
    private readonly Entry?[] _entries = new Entry?[12];

    internal PackedWeight(Parameter parameter) => _parameter = parameter;

    /// <summary>The panels of the weight [inputs, outputs], or of its transpose.</summary>
    internal float* Get(VectorWidth vectors, bool transposed, int threads) => Get(vectors, transposed ? 1 : 0, transposed ? 1 : 0, threads);

    /// <summary>The panels of the weight of the convolution that leads back through one of weight [kernel times inputs, outputs]:
    /// [kernel times outputs, inputs], the last neighbour first.</summary>
    internal float* GetReversed(VectorWidth vectors, int kernel, int threads) => Get(vectors, 2, kernel, threads);

    private float* Get(VectorWidth vectors, int layout, int blocks, int threads)
    {
        ref Entry? slot = ref _entries[(3 * vectors.Handle) + layout];
        int version = _parameter.Version;
        Entry? entry = Volatile.Read(ref slot);
        bool isCurrent = entry is not null && entry.Version == version && entry.Blocks == blocks;
        return (isCurrent ? entry! : Make(ref slot, vectors, blocks, threads, version)).Buffer.Pointer;
    }

    /// <param name="slot">Where the panels are kept.</param>
    /// <param name="vectors">For which vectors.</param>
    /// <param name="blocks">Blocks of the transpose; 0 for the weight as it is.</param>
    /// <param name="threads">How many threads may take part.</param>
    /// <param name="version">The weight's version.</param>
    private Entry Make(ref Entry? slot, VectorWidth vectors, int blocks, int threads, int version)
    {
        lock (_making)
        {
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
