using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Random elements set to zero, the others scaled up.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Dropout(Tensor x, float rate, Philox random, ulong firstDraw = 0)
    {
        CheckDropout(rate);
        ManagedTensor input = Own(x);
        if (!Training || rate == 0)
            return input;
        ManagedTensor y = NewTensor(x.Shape, x.RequiresGradient);
        int count = x.Shape.Count;
        var kernel = new DropoutForward
        {
            X = input.Pointer, Factors = Scratch(count), Y = y.Pointer, Dropping = new Dropping(rate, random), Count = count,
        };
        random.FillUniform(new Span<float>(kernel.Factors, count), firstDraw);
        Run(ref kernel);
        if (y.RequiresGradient)
        {
            DropoutOperation operation = Record<DropoutOperation>(y);
            operation.X = input;
            operation.Factors = kernel.Factors;
        }

        return y;
    }

    private sealed class DropoutOperation : Operation
    {
        internal ManagedTensor X = null!;

        /// <summary>0 or 1 / (1 - rate) for each element.</summary>
        internal float* Factors;

        internal override void Backward(ManagedTape tape) => tape.AddGradient(X, Output.GradientPointer, Factors);
    }

    private struct DropoutForward : IKernel
    {
        internal float* X;

        /// <summary>Holds the draw of each element, and receives what the element is multiplied by.</summary>
        internal float* Factors;
        internal float* Y;
        internal Dropping Dropping;
        internal int Count;

        // Lane i is element i of a block: a draw below the rate gives the factor 0 in its lane.
        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            T kept = TLanes.Create(Dropping.Kept), zero = TLanes.Create(0), rate = TLanes.Create(Dropping.Rate);
            float* x = X, factors = Factors, y = Y;
            for (int i = 0, n = Count; i < n; i += Block)
            {
                int count = Math.Min(n - i, Block);
                T factor = TLanes.WhereGreater(rate, TLanes.Load(factors + i, count), zero, kept);
                TLanes.Store(factors + i, factor, count);
                TLanes.Store(y + i, TLanes.Multiply(TLanes.Load(x + i, count), factor), count);
            }
        }
    }
}
