using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>y = x W + b, where most of x is zero.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor SparseLinear(Tensor x, Parameter weight, Parameter? bias)
    {
        Shape shape = CheckSparseLinear(x, weight, bias);
        ManagedTensor input = Own(x), y = NewTensor(shape, Training);
        var kernel = new SparseForward
        {
            X = input.Pointer, Rows = x.Rows, Inputs = x.Columns, Outputs = shape.Columns,
            Weight = weight.ValueBuffer.Pointer, Bias = bias is null ? null : bias.ValueBuffer.Pointer, Y = y.Pointer,
            Places = (int*)Scratch(x.Shape.Count), Values = Scratch(x.Shape.Count), Counts = (int*)Scratch(x.Rows),
        };
        Run(ref kernel, SparseForward.Chunks(x.Rows), x.Shape.Count);

        // Their memory is used through pointers, which the garbage collector does not see.
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        if (Training)
        {
            SparseLinearOperation operation = Record<SparseLinearOperation>(y);
            (operation.Weight, operation.Bias, operation.Forward) = (weight, bias, kernel);
        }

        return y;
    }

    private sealed class SparseLinearOperation : Operation
    {
        internal Parameter Weight = null!;
        internal Parameter? Bias;

        /// <summary>What was computed, with the list of what is not zero.</summary>
        internal SparseForward Forward;

        internal override void Backward(ManagedTape tape)
        {
            if (Bias is not null)
                tape.AddColumnSums(Bias, Output);
            int inputs = Forward.Inputs;
            int* starts = (int*)tape.Scratch(inputs + 2);
            int count = CountByInput(starts);
            int* rows = (int*)tape.Scratch(count + 1);
            float* values = tape.Scratch(count + 1);
            ListByInput(starts, rows, values);
            var kernel = new SparseBackward
            {
                Starts = starts, Rows = rows, Values = values, Inputs = inputs, Outputs = Forward.Outputs, Dy = Output.GradientPointer,
            };
            kernel.Dw = GradientOf(Weight, out kernel.Accumulate);
            tape.Run(ref kernel, SparseBackward.Chunks(inputs), (long)inputs * Forward.Outputs);
        }

        /// <summary>Writes where the entries of each input will begin, one place further on: the place before is filled as they are
        /// listed.</summary>
        private int CountByInput(int* starts)
        {
            new Span<int>(starts, Forward.Inputs + 2).Clear();
            for (nint row = 0; row < Forward.Rows; row++)
            {
                for (int i = 0; i < Forward.Counts[row]; i++)
                    starts[Forward.Places[(row * Forward.Inputs) + i] + 2]++;
            }

            for (int input = 2; input <= Forward.Inputs + 1; input++)
                starts[input] += starts[input - 1];
            return starts[Forward.Inputs + 1];
        }

        /// <summary>The entries of each input, in the order of rows. Afterwards those of input i begin at starts[i].</summary>
        private void ListByInput(int* starts, int* rows, float* values)
        {
            for (nint row = 0; row < Forward.Rows; row++)
            {
                nint first = row * Forward.Inputs;
                for (int i = 0; i < Forward.Counts[row]; i++)
                {
                    int at = starts[Forward.Places[first + i] + 1]++;
                    rows[at] = (int)row;
                    values[at] = Forward.Values[first + i];
                }
            }
        }
    }

    /// <summary>Lists what is not zero in each row, and sums up those rows of the weight.</summary>
    private struct SparseForward : IKernel
    {
        private const int RowsOfChunk = 16;

        internal float* X;
        internal int Rows;
        internal int Inputs;
        internal int Outputs;
        internal float* Weight;
        internal float* Bias;
        internal float* Y;

        // Of each row, from its first element on: the inputs that are not zero, and their values.
        internal int* Places;
        internal float* Values;

        // Of each row how many these are.
        internal int* Counts;

        internal static int Chunks(int rows) => (rows + RowsOfChunk - 1) / RowsOfChunk;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int end = Math.Min(Rows, (chunk + 1) * RowsOfChunk);
            for (nint row = chunk * RowsOfChunk; row < end; row++)
            {
                nint first = row * Inputs;
                int count = Counts[row] = List(X + first, Places + first, Values + first);
                SumOfRows<TLanes, T>(Bias, Places + first, Values + first, count, Weight, Outputs, Y + (row * Outputs));
            }
        }

        private readonly int List(float* x, int* places, float* values)
        {
            int count = 0, input = 0;
            for (; input <= Inputs - Block; input += Block)
            {
                // Two floats at a time: a block of zeros has no bit in any of the eight.
                ulong* pairs = (ulong*)(x + input);
                if ((pairs[0] | pairs[1] | pairs[2] | pairs[3] | pairs[4] | pairs[5] | pairs[6] | pairs[7]) != 0)
                    count = ListSome(x, input, input + Block, places, values, count);
            }

            return ListSome(x, input, Inputs, places, values, count);
        }

        /// <summary>Every element is written, and the next one over it where it was zero: faster than to ask first.</summary>
        private static int ListSome(float* x, int from, int to, int* places, float* values, int count)
        {
            for (int input = from; input < to; input++)
            {
                float value = x[input];
                (places[count], values[count]) = (input, value);
                count += value != 0 ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>The gradient of some rows of the weight: the sum of the gradients of the rows of y that each went into.</summary>
    private struct SparseBackward : IKernel
    {
        private const int InputsOfChunk = 32;

        internal int* Starts;
        internal int* Rows;
        internal float* Values;
        internal int Inputs;
        internal int Outputs;
        internal float* Dy;
        internal float* Dw;
        internal bool Accumulate;

        internal static int Chunks(int inputs) => (inputs + InputsOfChunk - 1) / InputsOfChunk;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            int end = Math.Min(Inputs, (chunk + 1) * InputsOfChunk);
            for (int input = chunk * InputsOfChunk; input < end; input++)
            {
                int start = Starts[input];
                float* dw = Dw + ((nint)input * Outputs);
                SumOfRows<TLanes, T>(
                    Accumulate ? dw : null, Rows + start, Values + start, Starts[input + 1] - start, Dy, Outputs, dw);
            }
        }
    }

    /// <summary>y = start + the sum of some rows of a matrix, each times a factor.</summary>
    /// <remarks>Sixty-four columns at a time, so that their sums stay in registers while the rows pass: sum k holds columns 16 k to
    /// 16 k + 15 of them, a column in each lane. A lane only ever adds numbers of its own column, in the order of the rows, each product
    /// added without being rounded.</remarks>
    /// <param name="start">[columns]; null for zeros.</param>
    /// <param name="places">Which rows.</param>
    /// <param name="factors">What each is multiplied by.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="rows">The matrix.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="y">[columns]; may be <paramref name="start"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumOfRows<TLanes, T>(float* start, int* places, float* factors, int count, float* rows, int columns, float* y)
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        T zero = TLanes.Create(0);
        int c = 0;
        for (; c <= columns - (4 * Block); c += 4 * Block)
        {
            T first = start == null ? zero : TLanes.Load(start + c);
            T second = start == null ? zero : TLanes.Load(start + c + Block);
            T third = start == null ? zero : TLanes.Load(start + c + (2 * Block));
            T fourth = start == null ? zero : TLanes.Load(start + c + (3 * Block));
            for (int i = 0; i < count; i++)
            {
                float* row = rows + ((nint)places[i] * columns) + c;
                T factor = TLanes.Create(factors[i]);
                first = TLanes.MultiplyAdd(factor, TLanes.Load(row), first);
                second = TLanes.MultiplyAdd(factor, TLanes.Load(row + Block), second);
                third = TLanes.MultiplyAdd(factor, TLanes.Load(row + (2 * Block)), third);
                fourth = TLanes.MultiplyAdd(factor, TLanes.Load(row + (3 * Block)), fourth);
            }

            TLanes.Store(y + c, first);
            TLanes.Store(y + c + Block, second);
            TLanes.Store(y + c + (2 * Block), third);
            TLanes.Store(y + c + (3 * Block), fourth);
        }

        for (; c < columns; c += Block)
        {
            int width = Math.Min(Block, columns - c);
            T sum = start == null ? zero : TLanes.Load(start + c, width);
            for (int i = 0; i < count; i++)
                sum = TLanes.MultiplyAdd(TLanes.Create(factors[i]), TLanes.Load(rows + ((nint)places[i] * columns) + c, width), sum);
            TLanes.Store(y + c, sum, width);
        }
    }
}
