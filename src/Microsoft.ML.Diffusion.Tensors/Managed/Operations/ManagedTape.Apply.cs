using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>A function of each element; the functions are in <see cref="Activations{TLanes, T}"/>.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Apply(Tensor x, Activation activation)
    {
        ManagedTensor input = Own(x);
        if (activation == Activation.None)
            return input;
        ManagedTensor y = NewTensor(x.Shape, x.RequiresGradient);
        var kernel = new ApplyForward
        {
            Activation = activation, X = input.Pointer, Y = y.Pointer, Count = x.Shape.Count,
            Slope = y.RequiresGradient ? Scratch(x.Shape.Count) : null,
        };
        Run(ref kernel);
        if (y.RequiresGradient)
        {
            ApplyOperation operation = Record<ApplyOperation>(y);
            operation.X = input;
            operation.Slope = kernel.Slope;
        }

        return y;
    }

    private sealed class ApplyOperation : Operation
    {
        internal ManagedTensor X = null!;

        /// <summary>The derivative by each element of x.</summary>
        internal float* Slope;

        internal override void Backward(ManagedTape tape) => tape.AddGradient(X, Output.GradientPointer, Slope);
    }

    private struct ApplyForward : IKernel
    {
        internal Activation Activation;
        internal float* X;
        internal float* Y;
        internal float* Slope;
        internal int Count;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct => Activations<TLanes, T>.Run(Activation, X, Y, null, null, Slope, Count);
    }
}
