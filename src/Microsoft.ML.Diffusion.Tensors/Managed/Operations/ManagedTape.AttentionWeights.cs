using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>How much each token attends to each other, the mean over heads.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor AttentionWeights(Tensor queryKeyValue, int tokens, int heads, bool excludesSelf = false)
    {
        CheckAttention(queryKeyValue, tokens, heads);
        ManagedTensor x = Own(queryKeyValue);
        int channels = x.Columns / 3, rows = x.Rows / tokens;
        var shape = new HeadShape(tokens, channels, channels / heads, excludesSelf);
        ManagedTensor y = NewTensor(x.Shape.WithColumns(tokens), x.RequiresGradient);
        var kernel = new AttentionWeightsForward
        {
            X = x.Pointer, Y = y.Pointer, Shape = shape,
            Weights = Scratch(checked(rows * heads * shape.WeightCount)),
            Scratch = Scratch(checked(rows * shape.ColumnCount)),
        };
        Run(ref kernel, rows, shape.Elements(x));
        if (y.RequiresGradient)
        {
            AttentionWeightsOperation operation = Record<AttentionWeightsOperation>(y);
            (operation.X, operation.HeadShape) = (x, shape);
            operation.Weights = kernel.Weights;
        }

        return y;
    }

    private sealed class AttentionWeightsOperation : Operation
    {
        internal ManagedTensor X = null!;
        internal HeadShape HeadShape;
        internal float* Weights;

        internal override void Backward(ManagedTape tape)
        {
            int rows = X.Rows / HeadShape.Tokens;
            var kernel = new AttentionWeightsBackward
            {
                X = X.Pointer, Dy = Output.GradientPointer, Weights = Weights, Shape = HeadShape,
                Scratch = tape.Scratch(checked(rows * HeadShape.Tokens)),
            };
            kernel.Dx = tape.GradientOf(X, out bool accumulate);
            if (!accumulate)
                new Span<float>(kernel.Dx, X.Shape.Count).Clear();
            tape.Run(ref kernel, rows, HeadShape.Elements(X));
        }
    }

    /// <summary>A chunk is a row with all its heads.</summary>
    private struct AttentionWeightsForward : IKernel
    {
        internal float* X;
        internal float* Y;
        internal float* Weights;
        internal float* Scratch;
        internal HeadShape Shape;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            HeadShape shape = Shape;
            int tokens = shape.Tokens;
            nint first = (nint)chunk * tokens;
            float* columns = Scratch + ((nint)chunk * shape.ColumnCount), y = Y + (first * tokens);
            new Span<float>(y, tokens * tokens).Clear();
            for (int head = 0; head < shape.Heads; head++)
            {
                float* weights = Weights + ((((nint)chunk * shape.Heads) + head) * shape.WeightCount);
                AttentionHead<TLanes, T>.Forward(shape, X + (first * shape.Stride) + (head * shape.Width), weights, columns, null);
                for (int query = 0; query < tokens; query++)
                {
                    for (int key = 0; key < tokens; key++)
                        y[((nint)query * tokens) + key] += weights[((nint)key * shape.Padded) + query] / shape.Heads;
                }
            }
        }
    }

    /// <summary>A chunk is a row with all its heads.</summary>
    private struct AttentionWeightsBackward : IKernel
    {
        internal float* X;
        internal float* Dy;
        internal float* Dx;
        internal float* Weights;
        internal float* Scratch;
        internal HeadShape Shape;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            HeadShape shape = Shape;
            int tokens = shape.Tokens;
            nint first = (nint)chunk * tokens;
            for (int head = 0; head < shape.Heads; head++)
            {
                float* weights = Weights + ((((nint)chunk * shape.Heads) + head) * shape.WeightCount);
                nint at = (first * shape.Stride) + (head * shape.Width);
                for (int query = 0; query < tokens; query++)
                    OfQuery(shape, X + at, Dx + at, weights, Dy + ((first + query) * tokens), query, Scratch + first);
            }
        }

        /// <summary>The softmax's way back, dscore = weight (dweight - sum(weight dweight)), then that of the scores.</summary>
        private static void OfQuery(in HeadShape shape, float* query, float* dQuery, float* weights, float* dy, int own, float* scores)
        {
            (int tokens, int width, nint stride) = (shape.Tokens, shape.Width, shape.Stride);
            float* key = query + shape.Channels, dKey = dQuery + shape.Channels;
            float mean = 0;
            for (int j = 0; j < tokens; j++)
                mean += weights[((nint)j * shape.Padded) + own] * (dy[j] / shape.Heads);
            for (int j = 0; j < tokens; j++)
                scores[j] = shape.Scale * weights[((nint)j * shape.Padded) + own] * ((dy[j] / shape.Heads) - mean);
            for (int j = 0; j < tokens; j++)
            {
                for (int c = 0; c < width; c++)
                {
                    dQuery[(own * stride) + c] += scores[j] * key[(j * stride) + c];
                    dKey[(j * stride) + c] += scores[j] * query[(own * stride) + c];
                }
            }
        }
    }
}
