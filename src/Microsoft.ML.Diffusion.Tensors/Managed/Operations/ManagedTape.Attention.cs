using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Multi-head attention among the tokens of each row: scores, softmax and weighted sum in one.</content>
internal sealed unsafe partial class ManagedTape
{
    public override Tensor Attention(Tensor queryKeyValue, int tokens, int heads, bool excludesSelf = false)
    {
        CheckAttention(queryKeyValue, tokens, heads);
        ManagedTensor x = Own(queryKeyValue);
        int channels = x.Columns / 3;
        var shape = new HeadShape(tokens, channels, channels / heads, excludesSelf);
        ManagedTensor y = NewTensor(x.Shape.WithColumns(channels), x.RequiresGradient);

        // Weights are kept for the way back; otherwise each chunk needs room for those of one head.
        bool keep = y.RequiresGradient;
        var kernel = new AttentionForward
        {
            X = x.Pointer, Y = y.Pointer, Shape = shape, Rows = x.Rows / tokens,
            Weights = keep ? Scratch(checked(x.Rows / tokens * heads * shape.WeightCount)) : null,
            ScratchLength = shape.ColumnCount + (keep ? 0 : shape.WeightCount),
        };
        int chunks = shape.Chunks(kernel.Rows);
        kernel.Scratch = Scratch(checked(chunks * kernel.ScratchLength));
        Run(ref kernel, chunks, shape.Elements(x));
        if (keep)
        {
            AttentionOperation operation = Record<AttentionOperation>(y);
            (operation.X, operation.HeadShape) = (x, shape);
            operation.Weights = kernel.Weights;
        }

        return y;
    }

    private sealed class AttentionOperation : Operation
    {
        internal ManagedTensor X = null!;
        internal HeadShape HeadShape;

        /// <summary>[rows, heads] of weights.</summary>
        internal float* Weights;

        internal override void Backward(ManagedTape tape)
        {
            int rows = X.Rows / HeadShape.Tokens, chunks = HeadShape.Chunks(rows);
            var kernel = new AttentionBackward
            {
                X = X.Pointer, Dy = Output.GradientPointer, Weights = Weights, Shape = HeadShape, Rows = rows,
                Scratch = tape.Scratch(checked(chunks * HeadShape.BackwardCount)),
            };
            kernel.Dx = tape.GradientOf(X, out kernel.Accumulate);
            tape.Run(ref kernel, chunks, HeadShape.Elements(X));
        }
    }

    /// <summary>The sizes of one attention head of one row, whose queries, keys and values lie side by side in each token's row.</summary>
    /// <param name="Tokens">Tokens of the row.</param>
    /// <param name="Channels">Columns of all heads together; keys start this far after queries, values after keys.</param>
    /// <param name="Width">Columns of the head.</param>
    /// <param name="ExcludesSelf">Whether no token attends to itself.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct HeadShape(int Tokens, int Channels, int Width, bool ExcludesSelf)
    {
        /// <summary>About this many tokens make a chunk, whatever the number of threads.</summary>
        private const int ChunkTokens = 128;

        internal int Heads => Channels / Width;

        /// <summary>From one token's queries to the next one's.</summary>
        internal int Stride => 3 * Channels;

        /// <summary>The tokens, rounded up to whole blocks of lanes.</summary>
        internal int Padded => (Tokens + 15) / 16 * 16;

        /// <summary>What scores are multiplied with: 1 / sqrt(width) (Vaswani et al. 2017, section 3.2.1).</summary>
        internal float Scale => 1 / MathF.Sqrt(Width);

        /// <summary>Floats that one head's weights take.</summary>
        internal int WeightCount => checked(Tokens * Padded);

        /// <summary>Floats that the way forward needs besides.</summary>
        internal int ColumnCount => Width * Padded;

        /// <summary>Floats that the way back needs besides.</summary>
        internal int BackwardCount => checked((3 * ColumnCount) + WeightCount);

        internal int RowsPerChunk => Math.Max(1, ChunkTokens / Tokens);

        internal int Chunks(int rows) => (rows + RowsPerChunk - 1) / RowsPerChunk;

        /// <summary>How much there is to do, as a number of elements of a plain operation.</summary>
        internal long Elements(ManagedTensor x) => (long)x.Shape.Count * Math.Max(1, Tokens / 4);
    }

    /// <summary>A chunk is some rows with all their heads.</summary>
    private struct AttentionForward : IKernel
    {
        internal float* X;
        internal float* Y;

        /// <summary>Receives the weights of each row's heads; null where they are not kept.</summary>
        internal float* Weights;
        internal float* Scratch;

        /// <summary>Floats of scratch for each chunk.</summary>
        internal int ScratchLength;
        internal HeadShape Shape;
        internal int Rows;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            HeadShape shape = Shape;
            int heads = shape.Heads, first = chunk * shape.RowsPerChunk;
            float* scratch = Scratch + ((nint)chunk * ScratchLength);
            for (int row = first; row < Math.Min(first + shape.RowsPerChunk, Rows); row++)
            {
                for (int head = 0; head < heads; head++)
                {
                    nint token = (nint)row * shape.Tokens;
                    float* weights = Weights == null
                        ? scratch + shape.ColumnCount : Weights + ((((nint)row * heads) + head) * shape.WeightCount);
                    AttentionHead<TLanes, T>.Forward(
                        shape, X + (token * shape.Stride) + (head * shape.Width), weights, scratch,
                        Y + (token * shape.Channels) + (head * shape.Width));
                }
            }
        }
    }

    /// <summary>A chunk is some rows with all their heads.</summary>
    private struct AttentionBackward : IKernel
    {
        internal float* X;
        internal float* Dy;
        internal float* Dx;
        internal bool Accumulate;
        internal float* Weights;
        internal float* Scratch;
        internal HeadShape Shape;
        internal int Rows;

        [MethodImpl(IKernel.Loop)]
        public readonly void Run<TLanes, T>(int chunk)
            where TLanes : struct, ILanes<T>
            where T : struct
        {
            HeadShape shape = Shape;
            int heads = shape.Heads, first = chunk * shape.RowsPerChunk;
            float* scratch = Scratch + ((nint)chunk * shape.BackwardCount);
            for (int row = first; row < Math.Min(first + shape.RowsPerChunk, Rows); row++)
            {
                for (int head = 0; head < heads; head++)
                {
                    nint token = (nint)row * shape.Tokens, at = (token * shape.Stride) + (head * shape.Width);
                    AttentionHead<TLanes, T>.Backward(
                        shape, X + at, Weights + ((((nint)row * heads) + head) * shape.WeightCount),
                        Dy + (token * shape.Channels) + (head * shape.Width), scratch, Dx + at, Accumulate);
                }
            }
        }
    }

    /// <summary>Attention of one head among the tokens of one row.</summary>
    /// <remarks>
    /// <para>
    /// Heads are narrow (8 columns in CSDI) and rows have few tokens, so lanes over the columns of a head would be half empty and every
    /// score
    /// a sum across lanes. Here the sixteen lanes are sixteen <b>queries</b> at a time: queries are first written column by column
    /// ("columns", [width, padded]), a key's or value's number goes to all lanes, and scores, their softmax and the weighted sum of values
    /// never cross a lane. Only the gradients of keys and values, which are sums over queries, are folded across lanes at the end.
    /// </para>
    /// <para>
    /// Weights are kept as [tokens (keys), padded (queries)], padded being the number of tokens rounded up to sixteen. Lanes beyond the
    /// last
    /// query hold queries of zeros: their weights are 1 / tokens and finite, their results are not written, and on the way back their
    /// gradients are zero, so they add nothing.
    /// </para>
    /// </remarks>
    private static class AttentionHead<TLanes, T>
        where TLanes : struct, ILanes<T>
        where T : struct
    {
        /// <param name="shape">The sizes.</param>
        /// <param name="query">The head's first query; keys and values follow as the shape says.</param>
        /// <param name="weights">Receives [tokens (keys), padded (queries)].</param>
        /// <param name="columns">Room for <see cref="HeadShape.ColumnCount"/> floats.</param>
        /// <param name="y">Receives the head's columns of each token, a row of all channels apart; null where weights alone are
        /// wanted.</param>
        [MethodImpl(IKernel.Loop)]
        internal static void Forward(in HeadShape shape, float* query, float* weights, float* columns, float* y)
        {
            (int tokens, int width, int stride, int padded) = (shape.Tokens, shape.Width, shape.Stride, shape.Padded);
            float* key = query + shape.Channels, value = key + shape.Channels;
            ToColumns(query, stride, shape.Scale, tokens, width, columns, padded);
            for (int block = 0; block < padded; block += Block)
            {
                float* own = weights + block;
                T max = TLanes.Create(SoftmaxLoops<TLanes, T>.NoLogit);
                for (int j = 0; j < tokens; j++)
                {
                    T score = SumOver(columns + block, padded, key + ((nint)j * stride), 1, width);
                    TLanes.Store(own + ((nint)j * padded), score);
                    if (shape.ExcludesSelf && j >= block && j < block + Block)
                    {
                        own[((nint)j * padded) + j - block] = SoftmaxLoops<TLanes, T>.NoLogit;
                        score = TLanes.Load(own + ((nint)j * padded));
                    }

                    max = VectorMath<TLanes, T>.Max(score, max);
                }

                T sum = TLanes.Create(0);
                for (int j = 0; j < tokens; j++)
                {
                    float* at = own + ((nint)j * padded);
                    T e = VectorMath<TLanes, T>.Exp(TLanes.Subtract(TLanes.Load(at), max));
                    TLanes.Store(at, e);
                    sum = TLanes.Add(sum, e);
                }

                T share = TLanes.Divide(TLanes.Create(1), sum);
                for (int j = 0; j < tokens; j++)
                {
                    float* at = own + ((nint)j * padded);
                    TLanes.Store(at, TLanes.Multiply(TLanes.Load(at), share));
                }

                // These queries are done with, and what they attend to takes their place.
                for (int c = 0; c < width && y != null; c++)
                    TLanes.Store(columns + (c * padded) + block, SumOver(own, padded, value + c, stride, tokens));
            }

            if (y != null)
                FromColumns(columns, padded, tokens, width, y, shape.Channels, accumulate: false);
        }

        /// <summary>The way back, with room for <see cref="HeadShape.BackwardCount"/> floats: sets or adds to the gradients of queries,
        /// keys and
        /// values, which lie as these do.</summary>
        [MethodImpl(IKernel.Loop)]
        internal static void Backward(
            in HeadShape shape, float* query, float* weights, float* dy, float* scratch, float* dQuery, bool accumulate)
        {
            (int tokens, int width, int stride, int padded) = (shape.Tokens, shape.Width, shape.Stride, shape.Padded);
            float* key = query + shape.Channels, value = key + shape.Channels;
            float* dKey = dQuery + shape.Channels, dValue = dKey + shape.Channels;
            int length = width * padded;
            float* queries = scratch, results = queries + length, slopes = results + length, scores = slopes + length;
            ToColumns(query, stride, shape.Scale, tokens, width, queries, padded);
            ToColumns(dy, shape.Channels, 1, tokens, width, results, padded);
            T scale = TLanes.Create(shape.Scale);
            for (int block = 0; block < padded; block += Block)
            {
                // The softmax's way back: dscore = weight (dweight - sum(weight dweight)).
                T mean = TLanes.Create(0);
                for (int j = 0; j < tokens; j++)
                {
                    nint at = ((nint)j * padded) + block;
                    T d = SumOver(results + block, padded, value + ((nint)j * stride), 1, width);
                    TLanes.Store(scores + at, d);
                    mean = TLanes.MultiplyAdd(TLanes.Load(weights + at), d, mean);
                }

                for (int j = 0; j < tokens; j++)
                {
                    nint at = ((nint)j * padded) + block;
                    TLanes.Store(scores + at, TLanes.Multiply(TLanes.Load(weights + at), TLanes.Subtract(TLanes.Load(scores + at), mean)));
                }

                for (int c = 0; c < width; c++)
                {
                    T sum = SumOver(scores + block, padded, key + c, stride, tokens);
                    TLanes.Store(slopes + (c * padded) + block, TLanes.Multiply(scale, sum));
                }
            }

            FromColumns(slopes, padded, tokens, width, dQuery, stride, accumulate);
            for (int j = 0; j < tokens; j++)
            {
                for (int c = 0; c < width; c++)
                {
                    nint at = ((nint)j * stride) + c;
                    float dk = Loops<TLanes, T>.Dot(scores + ((nint)j * padded), queries + (c * padded), padded);
                    float dv = Loops<TLanes, T>.Dot(weights + ((nint)j * padded), results + (c * padded), padded);
                    dKey[at] = accumulate ? dKey[at] + dk : dk;
                    dValue[at] = accumulate ? dValue[at] + dv : dv;
                }
            }
        }

        /// <summary>The sum over i of a block of row i of <paramref name="lanes"/> times number i of <paramref name="factors"/>.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static T SumOver(float* lanes, int laneStride, float* factors, int factorStride, int count)
        {
            T sum = TLanes.Create(0);
            for (int i = 0; i < count; i++)
                sum = TLanes.MultiplyAdd(TLanes.Load(lanes + ((nint)i * laneStride)), TLanes.Create(factors[(nint)i * factorStride]), sum);
            return sum;
        }

        /// <summary>columns[c, i] = scale x[i, c], and zero for i beyond the tokens.</summary>
        private static void ToColumns(float* x, int stride, float scale, int tokens, int width, float* columns, int padded)
        {
            for (int c = 0; c < width; c++)
            {
                float* column = columns + (c * padded);
                for (int i = 0; i < tokens; i++)
                    column[i] = scale * x[((nint)i * stride) + c];
                for (int i = tokens; i < padded; i++)
                    column[i] = 0;
            }
        }

        /// <summary>x[i, c] (+)= columns[c, i].</summary>
        private static void FromColumns(float* columns, int padded, int tokens, int width, float* x, int stride, bool accumulate)
        {
            for (int i = 0; i < tokens; i++)
            {
                float* row = x + ((nint)i * stride);
                for (int c = 0; c < width; c++)
                    row[c] = accumulate ? row[c] + columns[(c * padded) + i] : columns[(c * padded) + i];
            }
        }
    }
}
