using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>The weighted sum of squared differences.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor MaskedSquaredError(
        Tensor prediction, Tensor target, Tensor? mask, LossReduction reduction = LossReduction.MeanOverMask)
    {
        CheckSquaredError(prediction, target, mask);
        ManagedTensor own = Own(prediction), y = NewTensor(new Shape(1), prediction.RequiresGradient);
        ManagedTensor? weights = OwnOrNone(mask);
        int count = prediction.Shape.Count;
        var kernel = new SquaredErrorForward
        {
            Prediction = own.Pointer, Target = Own(target).Pointer, Mask = weights is null ? null : weights.Pointer,
            Weighted = Scratch(count), Count = count,
        };
        Run(ref kernel);
        float factor = LossDivisor.Factor(reduction, prediction.Rows, count, (float)kernel.MaskSum);
        y.Pointer[0] = (float)kernel.Sum * factor;
        if (y.RequiresGradient)
        {
            SquaredErrorOperation operation = Record<SquaredErrorOperation>(y);
            (operation.Prediction, operation.Factor) = (own, factor);
            operation.Weighted = kernel.Weighted;
        }

        return y;
    }

    private sealed class SquaredErrorOperation : Operation
    {
        internal ManagedTensor Prediction = null!;

        /// <summary>mask (prediction - target) for each cell.</summary>
        internal float* Weighted;
        internal float Factor;

        internal override void Backward(ManagedTape tape) => tape.AddGradient(Prediction, Weighted, 2 * Factor * Output.GradientPointer[0]);
    }

    private struct SquaredErrorForward : IKernel
    {
        /// <summary>Cells summed in 32 bits; the sums of such runs are added up in 64.</summary>
        private const int Length = 4096;

        internal float* Prediction;
        internal float* Target;

        /// <summary>Null where every cell counts.</summary>
        internal float* Mask;
        internal float* Weighted;
        internal int Count;

        /// <summary>Receives the sum of mask (prediction - target)^2.</summary>
        internal double Sum;

        /// <summary>Receives the sum of the mask.</summary>
        internal double MaskSum;

        [MethodImpl(IKernel.Loop)]
        public void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            for (int start = 0; start < Count; start += Length)
            {
                Sum += SumOfRun<TLanes, T>(start, Math.Min(Length, Count - start), out float maskSum);
                MaskSum += maskSum;
            }
        }

        // Lane i sums cells i, i + 16, ... of the run. Beyond the last cell every lane loads zeros, and adds nothing.
        [MethodImpl(IKernel.Loop)]
        private readonly float SumOfRun<TLanes, T>(int start, int n, out float maskSum)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            float* prediction = Prediction + start, target = Target + start, weighted = Weighted + start;
            float* mask = Mask == null ? null : Mask + start;
            T sum = TLanes.Create(0), weights = TLanes.Create(0);
            int i = 0;
            for (; i <= n - Block; i += Block)
                OfBlock<TLanes, T>(prediction + i, target + i, mask == null ? null : mask + i, weighted + i, Block, ref sum, ref weights);
            if (i < n)
                OfBlock<TLanes, T>(prediction + i, target + i, mask == null ? null : mask + i, weighted + i, n - i, ref sum, ref weights);
            maskSum = mask == null ? n : TLanes.Sum(weights);
            return TLanes.Sum(sum);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void OfBlock<TLanes, T>(
            float* prediction, float* target, float* mask, float* weighted, int count, ref T sum, ref T weights)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            T difference = TLanes.Subtract(TLanes.Load(prediction, count), TLanes.Load(target, count));
            T product = difference;
            if (mask != null)
            {
                T weight = TLanes.Load(mask, count);
                weights = TLanes.Add(weights, weight);
                product = TLanes.Multiply(difference, weight);
            }

            TLanes.Store(weighted, product, count);
            sum = TLanes.MultiplyAdd(product, difference, sum);
        }
    }
}
