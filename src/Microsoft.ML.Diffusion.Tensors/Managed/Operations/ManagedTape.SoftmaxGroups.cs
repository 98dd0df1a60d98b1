using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>The softmax within each group of columns.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor SoftmaxGroups(Tensor x, ColumnGroups groups)
    {
        CheckGroups(x, groups);
        ManagedTensor input = Own(x), y = NewTensor(x.Shape, x.RequiresGradient);
        var kernel = new SoftmaxGroupsForward
        {
            X = input.Pointer, Y = y.Pointer, Rows = x.Rows, Columns = x.Columns, Groups = groups.Pairs, GroupCount = groups.Count,
        };
        Run(ref kernel, RowChunks.Count(x.Rows), x.Shape.Count);
        if (y.RequiresGradient)
        {
            SoftmaxGroupsOperation operation = Record<SoftmaxGroupsOperation>(y);
            (operation.X, operation.Groups) = (input, groups);
        }

        return y;
    }

    private sealed class SoftmaxGroupsOperation : Operation
    {
        internal ManagedTensor X = null!;
        internal ColumnGroups Groups = null!;

        internal override void Backward(ManagedTape tape)
        {
            var kernel = new SoftmaxGroupsBackward
            {
                Y = Output.Pointer, Dy = Output.GradientPointer, Rows = X.Rows, Columns = X.Columns, Groups = Groups.Pairs,
                GroupCount = Groups.Count,
            };
            kernel.Dx = tape.GradientOf(X, out kernel.Accumulate);
            tape.Run(ref kernel, RowChunks.Count(X.Rows), X.Shape.Count);
        }
    }

    /// <summary>A chunk is 64 rows.</summary>
    private struct SoftmaxGroupsForward : IKernel
    {
        internal float* X;
        internal float* Y;
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
            nint start = (nint)first * Columns, length = (nint)rows * Columns;
            Buffer.MemoryCopy(X + start, Y + start, length * sizeof(float), length * sizeof(float));
            for (int row = 0; row < rows; row++)
            {
                float* y = Y + start + ((nint)row * Columns);
                for (int g = 0; g < GroupCount; g++)
                {
                    float* group = y + Groups[2 * g];
                    SoftmaxLoops<TLanes, T>.Softmax(group, group, Groups[(2 * g) + 1]);
                }
            }
        }
    }

    /// <summary>A chunk is 64 rows.</summary>
    private struct SoftmaxGroupsBackward : IKernel
    {
        internal float* Y;
        internal float* Dy;
        internal float* Dx;
        internal bool Accumulate;
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
            for (int row = first; row < first + rows; row++)
            {
                nint at = (nint)row * Columns;
                float* y = Y + at, dy = Dy + at, dx = Dx + at;
                int c = 0;
                for (int g = 0; g < GroupCount; g++)
                {
                    // Columns between the groups pass their gradient on.
                    int start = Groups[2 * g], length = Groups[(2 * g) + 1];
                    Loops<TLanes, T>.Copy(dy + c, dx + c, start - c, Accumulate);
                    OfGroup<TLanes, T>(y + start, dy + start, dx + start, length);
                    c = start + length;
                }

                Loops<TLanes, T>.Copy(dy + c, dx + c, Columns - c, Accumulate);
            }
        }

        /// <summary>dx (+)= y (dy - sum(y dy)).</summary>
        /// <remarks>Every lane holds the same sum; besides, lane i is element i of a block.</remarks>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void OfGroup<TLanes, T>(float* y, float* dy, float* dx, int n)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            T mean = TLanes.Create(Loops<TLanes, T>.Dot(y, dy, n));
            for (int i = 0; i < n; i += Block)
            {
                int count = Math.Min(n - i, Block);
                T d = TLanes.Multiply(TLanes.Load(y + i, count), TLanes.Subtract(TLanes.Load(dy + i, count), mean));
                if (Accumulate)
                    d = TLanes.Add(TLanes.Load(dx + i, count), d);
                TLanes.Store(dx + i, d, count);
            }
        }
    }
}
