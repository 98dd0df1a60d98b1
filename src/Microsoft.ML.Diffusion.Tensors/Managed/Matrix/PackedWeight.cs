namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A weight laid out in panels, and its transpose: made when first needed, and again after the weight has changed.</summary>
/// <remarks>Any number of threads may ask at once; they share what one of them makes.</remarks>
internal sealed unsafe class PackedWeight
{
    private readonly Parameter _parameter;
    private readonly Lock _making = new();
    private readonly Entry?[] _entries = new Entry?[8];

    internal PackedWeight(Parameter parameter) => _parameter = parameter;

    /// <summary>The panels of the weight [inputs, outputs], or of its transpose.</summary>
    internal float* Get(VectorKernels kernels, bool transposed, int threads)
    {
        ref Entry? slot = ref _entries[(2 * kernels.Handle) + (transposed ? 1 : 0)];
        int version = _parameter.Version;
        Entry? entry = Volatile.Read(ref slot);
        return (entry is not null && entry.Version == version ? entry : Make(ref slot, kernels, transposed, threads, version)).Buffer.Pointer;
    }

    private Entry Make(ref Entry? slot, VectorKernels kernels, bool transposed, int threads, int version)
    {
        lock (_making)
        {
            (int inner, int columns) = (_parameter.Shape.Rows, _parameter.Shape.Columns);
            if (transposed)
                (inner, columns) = (columns, inner);
            Entry entry = slot ?? new Entry(new AlignedBuffer(kernels.Matrix.PackedLength(inner, columns)));
            if (entry.Version != version)
            {
                kernels.Matrix.Pack(
                    _parameter.ValueBuffer.Pointer, _parameter.Shape.Columns, transposed, inner, columns, entry.Buffer.Pointer, threads);
                entry.Version = version;
            }

            Volatile.Write(ref slot, entry);
            return entry;
        }
    }

    private sealed class Entry(AlignedBuffer buffer)
    {
        private int _version = -1;

        internal AlignedBuffer Buffer { get; } = buffer;

        internal int Version
        {
            get => Volatile.Read(ref _version);
            set => Volatile.Write(ref _version, value);
        }
    }
}
