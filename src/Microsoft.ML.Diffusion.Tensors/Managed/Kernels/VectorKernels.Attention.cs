using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Attention of one head among the tokens of one row.</content>
/// <remarks>
/// <para>
/// Heads are narrow (8 columns in CSDI) and rows have few tokens, so lanes over the columns of a head would be half empty and every score
/// a sum across lanes. Here the sixteen lanes are sixteen <b>queries</b> at a time: queries are first written column by column
/// ("columns", [width, padded]), a key's or value's number goes to all lanes, and scores, their softmax and the weighted sum of values
/// never cross a lane. Only the gradients of keys and values, which are sums over queries, are folded across lanes at the end.
/// </para>
/// <para>
/// Weights are kept as [tokens (keys), padded (queries)], padded being the number of tokens rounded up to sixteen. Lanes beyond the last
/// query hold queries of zeros: their weights are 1 / tokens and finite, their results are not written, and on the way back their
/// gradients are zero, so they add nothing.
/// </para>
/// </remarks>
internal sealed unsafe partial class VectorKernels<TLanes, T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Attend(in HeadShape shape, float* query, float* weights, float* columns, float* y)
    {
        (int tokens, int width, int stride, int padded) = (shape.Tokens, shape.Width, shape.Stride, shape.Padded);
        float* key = query + shape.Channels, value = key + shape.Channels;
        ToColumns(query, stride, shape.Scale, tokens, width, columns, padded);
        for (int block = 0; block < padded; block += Block)
        {
            float* own = weights + block;
            T max = TLanes.Create(NoLogit);
            for (int j = 0; j < tokens; j++)
            {
                T score = SumOver(columns + block, padded, key + ((nint)j * stride), 1, width);
                TLanes.Store(own + ((nint)j * padded), score);
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
            for (int c = 0; c < width; c++)
                TLanes.Store(columns + (c * padded) + block, SumOver(own, padded, value + c, stride, tokens));
        }

        FromColumns(columns, padded, tokens, width, y, shape.Channels, accumulate: false);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void AttendBackward(
        in HeadShape shape, float* query, float* weights, float* dy, float* scratch, float* dQuery, bool accumulate)
    {
        (int tokens, int width, int stride, int padded) = (shape.Tokens, shape.Width, shape.Stride, shape.Padded);
        float* key = query + shape.Channels, value = key + shape.Channels;
        float* dKey = dQuery + shape.Channels, dValue = dKey + shape.Channels;
        float* queries = scratch, results = queries + (width * padded), slopes = results + (width * padded), scores = slopes + (width * padded);
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
                TLanes.Store(slopes + (c * padded) + block, TLanes.Multiply(scale, SumOver(scores + block, padded, key + c, stride, tokens)));
        }

        FromColumns(slopes, padded, tokens, width, dQuery, stride, accumulate);
        for (int j = 0; j < tokens; j++)
        {
            for (int c = 0; c < width; c++)
            {
                nint at = ((nint)j * stride) + c;
                float dk = Dot(scores + ((nint)j * padded), queries + (c * padded), padded);
                float dv = Dot(weights + ((nint)j * padded), results + (c * padded), padded);
                dKey[at] = accumulate ? dKey[at] + dk : dk;
                dValue[at] = accumulate ? dValue[at] + dv : dv;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Gate(float* x, float* y, float* slope, int columns)
    {
        for (int c = 0; c < columns; c += Block)
        {
            int count = Math.Min(columns - c, Block);
            T open = VectorMath<TLanes, T>.Sigmoid(Read(x + c, count));
            T signal = VectorMath<TLanes, T>.Tanh(Read(x + columns + c, count));
            T product = TLanes.Multiply(open, signal);
            Write(y + c, product, count);
            if (slope == null)
                continue;

            // s' t = s t (1 - s), and s t' = s - (s t) t.
            T one = TLanes.Create(1), zero = TLanes.Create(0);
            Write(slope + c, TLanes.Multiply(product, TLanes.Subtract(one, open)), count);
            Write(slope + columns + c, TLanes.MultiplyAdd(TLanes.Subtract(zero, product), signal, open), count);
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
