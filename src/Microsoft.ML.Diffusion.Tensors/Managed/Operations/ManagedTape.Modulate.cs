using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Columns times 1 plus a scale, plus a shift, the same for the rows of a run.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Modulate(Tensor x, Tensor scaleAndShift, int run)
    {
        CheckModulate(x, scaleAndShift, run);
        ManagedTensor input = Own(x), by = Own(scaleAndShift);
        ManagedTensor y = NewTensor(x.Shape, x.RequiresGradient || scaleAndShift.RequiresGradient);
        var kernel = new ModulateForward { X = input.Pointer, By = by.Pointer, Y = y.Pointer, Rows = run, Columns = x.Columns };
        Run(ref kernel, by.Rows, x.Shape.Count);
        if (y.RequiresGradient)
        {
            ModulateOperation operation = Record<ModulateOperation>(y);
            (operation.X, operation.By, operation.Length) = (input, by, run);
        }

        return y;
    }

    private sealed class ModulateOperation : Operation
    {
        internal ManagedTensor X = null!;
        internal ManagedTensor By = null!;
        internal int Length;

        internal override void Backward(ManagedTape tape)
        {
            var kernel = new ModulateBackward
            {
                X = X.Pointer, By = By.Pointer, Dy = Output.GradientPointer, Rows = Length, Columns = X.Columns,
            };
            if (By.RequiresGradient)
            {
                kernel.DBy = tape.GradientOf(By, out bool accumulate);
                if (!accumulate)
                    new Span<float>(kernel.DBy, By.Shape.Count).Clear();
            }

            if (X.RequiresGradient)
                kernel.Dx = tape.GradientOf(X, out kernel.Accumulate);
            tape.Run(ref kernel, By.Rows, X.Shape.Count);
        }
    }

    /// <summary>A chunk is a run.</summary>
    private struct ModulateForward : IKernel
    {
        internal float* X;
        internal float* By;
        internal float* Y;
        internal int Rows;
        internal int Columns;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int run)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int columns = Columns, rows = Rows;
            float* scale = By + ((nint)run * 2 * columns), shift = scale + columns;
            nint start = (nint)run * rows * columns;
            T one = TLanes.Create(1);
            for (int c = 0; c < columns; c += Block)
            {
                // Lane i is column c + i, in one row after another.
                int count = Math.Min(Block, columns - c);
                T a = TLanes.Add(one, TLanes.Load(scale + c, count)), b = TLanes.Load(shift + c, count);
                float* x = X + start + c, y = Y + start + c;
                for (int row = 0; row < rows; row++, x += columns, y += columns)
                    TLanes.Store(y, TLanes.MultiplyAdd(TLanes.Load(x, count), a, b), count);
            }
        }
    }

    /// <summary>A chunk is a run, whose sums go down its rows in order.</summary>
    private struct ModulateBackward : IKernel
    {
        internal float* X;
        internal float* By;
        internal float* Dy;

        /// <summary>Null where x requires no gradient.</summary>
        internal float* Dx;

        /// <summary>Added to; null where scales and shifts require no gradient.</summary>
        internal float* DBy;
        internal bool Accumulate;
        internal int Rows;
        internal int Columns;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int run)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int columns = Columns, rows = Rows;
            bool accumulate = Accumulate;
            float* scale = By + ((nint)run * 2 * columns), dScale = DBy == null ? null : DBy + ((nint)run * 2 * columns);
            nint start = (nint)run * rows * columns;
            T one = TLanes.Create(1);
            for (int c = 0; c < columns; c += Block)
            {
                int count = Math.Min(Block, columns - c);
                T a = TLanes.Add(one, TLanes.Load(scale + c, count)), products = TLanes.Create(0), sums = TLanes.Create(0);
                float* x = X + start + c, dy = Dy + start + c, dx = Dx == null ? null : Dx + start + c;
                for (int row = 0; row < rows; row++)
                {
                    T d = TLanes.Load(dy, count);
                    products = TLanes.MultiplyAdd(d, TLanes.Load(x, count), products);
                    sums = TLanes.Add(sums, d);
                    if (dx != null)
                    {
                        T value = TLanes.Multiply(d, a);
                        TLanes.Store(dx, accumulate ? TLanes.Add(TLanes.Load(dx, count), value) : value, count);
                        dx += columns;
                    }

                    x += columns;
                    dy += columns;
                }

                if (dScale != null)
                {
                    TLanes.Store(dScale + c, TLanes.Add(TLanes.Load(dScale + c, count), products), count);
                    TLanes.Store(dScale + columns + c, TLanes.Add(TLanes.Load(dScale + columns + c, count), sums), count);
                }
            }
        }
    }
}
