using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>The weighted sum of cross-entropies of the softmax of each group of columns.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor MaskedCrossEntropy(
        Tensor logits, ColumnGroups groups, Tensor target, Tensor? mask, LossReduction reduction = LossReduction.MeanOverMask)
    {
        CheckCrossEntropy(logits, groups, target, mask);
        ManagedTensor own = Own(logits), y = NewTensor(new Shape(1), logits.RequiresGradient);
        ManagedTensor? weights = OwnOrNone(mask);
        int rows = logits.Rows, chunks = RowChunks.Count(rows);
        double* sums = (double*)Scratch(4 * chunks);
        var kernel = new CrossEntropyForward
        {
            Logits = own.Pointer, Target = Own(target).Pointer, Mask = weights is null ? null : weights.Pointer,
            Weighted = Scratch(logits.Shape.Count), Sums = sums, MaskSums = sums + chunks,
            Rows = rows, Columns = logits.Columns, Groups = groups.Pairs, GroupCount = groups.Count,
        };
        Run(ref kernel, chunks, logits.Shape.Count);

        double sum = 0, maskSum = 0;
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            sum += kernel.Sums[chunk];
            maskSum += kernel.MaskSums[chunk];
        }

        float factor = LossDivisor.Factor(reduction, rows, rows * groups.Count, (float)maskSum);
        y.Pointer[0] = (float)sum * factor;
        if (y.RequiresGradient)
        {
            CrossEntropyOperation operation = Record<CrossEntropyOperation>(y);
            (operation.Logits, operation.Factor) = (own, factor);
            operation.Weighted = kernel.Weighted;
        }

        return y;
    }

    private sealed class CrossEntropyOperation : Operation
    {
        internal ManagedTensor Logits = null!;

        /// <summary>mask (softmax sum(target) - target) for each logit, zero outside the groups.</summary>
        internal float* Weighted;
        internal float Factor;

        internal override void Backward(ManagedTape tape) => tape.AddGradient(Logits, Weighted, Factor * Output.GradientPointer[0]);
    }

    /// <summary>A chunk is 64 rows, each with a cross-entropy for every group.</summary>
    private struct CrossEntropyForward : IKernel
    {
        internal float* Logits;
        internal float* Target;

        /// <summary>Null where every cell counts.</summary>
        internal float* Mask;
        internal float* Weighted;

        /// <summary>Receives a sum of cross-entropies for each chunk.</summary>
        internal double* Sums;

        /// <summary>Receives a sum of the mask for each chunk.</summary>
        internal double* MaskSums;
        internal int Rows;
        internal int Columns;
        internal int* Groups;
        internal int GroupCount;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int first = RowChunks.Start(chunk), rows = RowChunks.Length(chunk, Rows);
            new Span<float>(Weighted + ((nint)first * Columns), rows * Columns).Clear();
            double sum = 0, maskSum = 0;
            for (int row = first; row < first + rows; row++)
            {
                for (int g = 0; g < GroupCount; g++)
                {
                    float weight = Mask == null ? 1 : Mask[((nint)row * GroupCount) + g];
                    maskSum += weight;
                    if (weight == 0)
                        continue;

                    nint cell = ((nint)row * Columns) + Groups[2 * g];
                    sum += CrossEntropy<TLanes, T>(Logits + cell, Target + cell, Weighted + cell, Groups[(2 * g) + 1], weight);
                }
            }

            (Sums[chunk], MaskSums[chunk]) = (sum, maskSum);
        }

        /// <summary>weighted = weight (softmax(x) sum(target) - target); returns the cross-entropy times the weight, which is the sum of
        /// target (log sum e^x - x).</summary>
        /// <remarks>Lane i holds logits i, i + 16, ... of the group and their targets; sums over the group are folded across
        /// lanes.</remarks>
        [MethodImpl(IKernel.Loop)]
        private static float CrossEntropy<TLanes, T>(float* x, float* target, float* weighted, int n, float weight)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            T w = TLanes.Create(weight);
            if (n <= Block)
            {
                // One block: everything stays in registers.
                T logits = SoftmaxLoops<TLanes, T>.Logits(x, n), t = TLanes.Load(target, n);
                T e = SoftmaxLoops<TLanes, T>.Exponentials(logits, out T max);
                T sum = TLanes.Create(TLanes.Sum(e));
                T logSum = TLanes.Add(max, VectorMath<TLanes, T>.Log(sum));
                T share = TLanes.Create(TLanes.Sum(t));
                T difference = TLanes.Subtract(TLanes.Multiply(TLanes.Divide(e, sum), share), t);
                TLanes.Store(weighted, TLanes.Multiply(w, difference), n);
                return weight * TLanes.Sum(TLanes.Multiply(t, TLanes.Subtract(logSum, logits)));
            }

            T shift = TLanes.Create(SoftmaxLoops<TLanes, T>.LongSoftmax(x, weighted, n));
            T total = TLanes.Create(0), product = TLanes.Create(0);
            for (int i = 0; i < n; i += Block)
            {
                int count = Math.Min(n - i, Block);
                T t = TLanes.Load(target + i, count);
                total = TLanes.Add(total, t);
                product = TLanes.MultiplyAdd(t, TLanes.Subtract(shift, TLanes.Load(x + i, count)), product);
            }

            T factor = TLanes.Create(TLanes.Sum(total));
            for (int i = 0; i < n; i += Block)
            {
                int count = Math.Min(n - i, Block);
                T d = TLanes.Subtract(TLanes.Multiply(TLanes.Load(weighted + i, count), factor), TLanes.Load(target + i, count));
                TLanes.Store(weighted + i, TLanes.Multiply(w, d), count);
            }

            return weight * TLanes.Sum(product);
        }
    }
}
