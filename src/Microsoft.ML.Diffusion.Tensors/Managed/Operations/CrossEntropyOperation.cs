namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The weighted sum of cross-entropies of the softmax of each group of columns.</summary>
internal sealed unsafe class CrossEntropyOperation : Operation
{
    private ManagedTensor _logits = null!;

    /// <summary>mask (softmax sum(target) - target) for each logit, zero outside the groups.</summary>
    private float* _weighted;
    private float _factor;

    internal static ManagedTensor Forward(
        ManagedTape tape, ManagedTensor logits, ColumnGroups groups, ManagedTensor target, ManagedTensor? mask, LossReduction reduction)
    {
        ManagedTensor y = tape.NewTensor(new Shape(1), logits.RequiresGradient);
        int rows = logits.Rows, chunks = RowChunks.Count(rows);
        double* sums = (double*)tape.Scratch(4 * chunks);
        var work = new Work
        {
            Logits = logits.Pointer, Target = target.Pointer, Mask = mask is null ? null : mask.Pointer,
            Weighted = tape.Scratch(logits.Shape.Count), Sums = sums, MaskSums = sums + chunks,
            Rows = rows, Columns = logits.Columns, Groups = groups.Pairs, GroupCount = groups.Count, Kernels = tape.Kernels.Handle,
        };
        tape.ForChunks(chunks, logits.Shape.Count, &Chunk, &work);

        double sum = 0, maskSum = 0;
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            sum += work.Sums[chunk];
            maskSum += work.MaskSums[chunk];
        }

        float factor = LossDivisor.Factor(reduction, rows, rows * groups.Count, (float)maskSum);
        y.Pointer[0] = (float)sum * factor;
        if (y.RequiresGradient)
        {
            CrossEntropyOperation operation = tape.Record(tape.CrossEntropyPool, y);
            (operation._logits, operation._factor) = (logits, factor);
            operation._weighted = work.Weighted;
        }

        return y;
    }

    internal override void Backward(ManagedTape tape)
    {
        float scale = _factor * Output.GradientPointer[0];
        float* d = tape.GradientOf(_logits, out bool accumulate);
        tape.Kernels.Combine(ArithmeticKind.Multiply, _weighted, scale, d, _logits.Shape.Count, accumulate);
    }

    private static void Chunk(void* state, int chunk)
    {
        var work = (Work*)state;
        VectorKernels kernels = VectorKernels.At(work->Kernels);
        int first = RowChunks.Start(chunk), rows = RowChunks.Length(chunk, work->Rows), columns = work->Columns;
        new Span<float>(work->Weighted + ((nint)first * columns), rows * columns).Clear();
        double sum = 0, maskSum = 0;
        for (int row = first; row < first + rows; row++)
        {
            for (int g = 0; g < work->GroupCount; g++)
            {
                float weight = work->Mask == null ? 1 : work->Mask[((nint)row * work->GroupCount) + g];
                maskSum += weight;
                if (weight == 0)
                    continue;

                nint cell = ((nint)row * columns) + work->Groups[2 * g];
                sum += kernels.CrossEntropy(
                    work->Logits + cell, work->Target + cell, work->Weighted + cell, work->Groups[(2 * g) + 1], weight);
            }
        }

        (work->Sums[chunk], work->MaskSums[chunk]) = (sum, maskSum);
    }

    private struct Work
    {
        internal float* Logits;
        internal float* Target;
        internal float* Mask;
        internal float* Weighted;
        internal double* Sums;
        internal double* MaskSums;
        internal int Rows;
        internal int Columns;
        internal int* Groups;
        internal int GroupCount;
        internal int Kernels;
    }
}
