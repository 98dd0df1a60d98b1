using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Kernels that sum over a row, or down the columns.</content>
/// <remarks>
/// A sum over a row is sixteen partial sums folded at the end (<see cref="ILanes{T}.Sum"/>). The last, partial block of a row
/// is read with lanes beyond it filled so that they add nothing.
/// </remarks>
internal sealed unsafe partial class VectorKernels<TLanes, T>
{
    private const float NoLogit = -1e30f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override float Sum(float* x, nint n)
    {
        T sum = TLanes.Create(0);
        for (nint i = 0; i < n; i += Block)
            sum = TLanes.Add(sum, Read(x + i, (int)Math.Min(n - i, Block)));
        return TLanes.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override float Dot(float* a, float* b, nint n)
    {
        T sum = TLanes.Create(0);
        for (nint i = 0; i < n; i += Block)
        {
            int count = (int)Math.Min(n - i, Block);
            sum = TLanes.MultiplyAdd(Read(a + i, count), Read(b + i, count), sum);
        }

        return TLanes.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void BackThroughActivation(float* dy, float* slope, float kept, float* sum, int rows, int columns)
    {
        T keptLanes = TLanes.Create(kept);
        for (int row = 0; row < rows; row++)
        {
            for (int c = 0; c < columns; c += Block)
            {
                int count = Math.Min(columns - c, Block);
                T d = Read(dy + c, count);
                if (slope != null)
                {
                    d = TLanes.Multiply(TLanes.Multiply(d, keptLanes), Read(slope + c, count));
                    Write(slope + c, d, count);
                }

                if (sum != null)
                    Write(sum + c, TLanes.Add(Read(sum + c, count), d), count);
            }

            dy += columns;
            if (slope != null)
                slope += columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Normalize(float* x, float* gain, float* bias, float* y, float* moments, int rows, int columns, float epsilon)
    {
        for (int row = 0; row < rows; row++)
        {
            T sum = TLanes.Create(0);
            for (int c = 0; c < columns; c += Block)
                sum = TLanes.Add(sum, Read(x + c, Math.Min(columns - c, Block)));
            float mean = TLanes.Sum(sum) / columns;

            // Lanes beyond the row are filled with the mean, whose deviation is zero.
            T center = TLanes.Create(mean);
            T squares = TLanes.Create(0);
            for (int c = 0; c < columns; c += Block)
            {
                int count = Math.Min(columns - c, Block);
                T deviation = TLanes.Subtract(count == Block ? TLanes.Load(x + c) : TLanes.LoadPartial(x + c, count, center), center);
                squares = TLanes.MultiplyAdd(deviation, deviation, squares);
            }

            float scale = 1 / MathF.Sqrt((TLanes.Sum(squares) / columns) + epsilon);
            (moments[2 * row], moments[(2 * row) + 1]) = (mean, scale);
            T scaleLanes = TLanes.Create(scale);
            for (int c = 0; c < columns; c += Block)
            {
                int count = Math.Min(columns - c, Block);
                T normal = TLanes.Multiply(TLanes.Subtract(Read(x + c, count), center), scaleLanes);
                Write(y + c, TLanes.MultiplyAdd(normal, Read(gain + c, count), Read(bias + c, count)), count);
            }

            x += columns;
            y += columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void NormalizeBackward(
        float* x, float* dy, float* gain, float* moments, float* gainSum, float* biasSum, float* dx, bool accumulate, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            T center = TLanes.Create(moments[2 * row]);
            float scale = moments[(2 * row) + 1];
            T scaleLanes = TLanes.Create(scale);
            T sum = TLanes.Create(0), product = TLanes.Create(0);
            for (int c = 0; c < columns; c += Block)
            {
                int count = Math.Min(columns - c, Block);
                T normal = TLanes.Multiply(TLanes.Subtract(Read(x + c, count), center), scaleLanes);
                T g = Read(dy + c, count);
                Write(gainSum + c, TLanes.MultiplyAdd(g, normal, Read(gainSum + c, count)), count);
                Write(biasSum + c, TLanes.Add(g, Read(biasSum + c, count)), count);

                // Beyond the row g is zero, and so is what is added here.
                T d = TLanes.Multiply(g, Read(gain + c, count));
                sum = TLanes.Add(sum, d);
                product = TLanes.MultiplyAdd(d, normal, product);
            }

            if (dx != null)
            {
                // dx = scale (d - mean(d) - normal mean(d normal)).
                T meanD = TLanes.Create(TLanes.Sum(sum) / columns);
                T minusMeanProduct = TLanes.Create(-(TLanes.Sum(product) / columns));
                for (int c = 0; c < columns; c += Block)
                {
                    int count = Math.Min(columns - c, Block);
                    T normal = TLanes.Multiply(TLanes.Subtract(Read(x + c, count), center), scaleLanes);
                    T d = TLanes.Multiply(Read(dy + c, count), Read(gain + c, count));
                    d = TLanes.MultiplyAdd(normal, minusMeanProduct, TLanes.Subtract(d, meanD));
                    d = TLanes.Multiply(d, scaleLanes);
                    if (accumulate)
                        d = TLanes.Add(Read(dx + c, count), d);
                    Write(dx + c, d, count);
                }

                dx += columns;
            }

            x += columns;
            dy += columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Softmax(float* x, float* y, int n)
    {
        if (n <= Block)
        {
            T e = Exponentials(ReadLogits(x, n), out _);
            Write(y, TLanes.Divide(e, TLanes.Create(TLanes.Sum(e))), n);
        }
        else
        {
            LongSoftmax(x, y, n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void SoftmaxBackward(float* y, float* dy, float* dx, int n, bool accumulate)
    {
        T mean = TLanes.Create(Dot(y, dy, n));
        for (int i = 0; i < n; i += Block)
        {
            int count = Math.Min(n - i, Block);
            T d = TLanes.Multiply(Read(y + i, count), TLanes.Subtract(Read(dy + i, count), mean));
            if (accumulate)
                d = TLanes.Add(Read(dx + i, count), d);
            Write(dx + i, d, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override float SquaredError(float* prediction, float* target, float* mask, float* weighted, nint n, out float maskSum)
    {
        T sum = TLanes.Create(0), weights = TLanes.Create(0);
        for (nint i = 0; i < n; i += Block)
        {
            int count = (int)Math.Min(n - i, Block);
            T difference = TLanes.Subtract(Read(prediction + i, count), Read(target + i, count));
            T product = difference;
            if (mask != null)
            {
                T weight = Read(mask + i, count);
                weights = TLanes.Add(weights, weight);
                product = TLanes.Multiply(difference, weight);
            }

            Write(weighted + i, product, count);
            sum = TLanes.MultiplyAdd(product, difference, sum);
        }

        maskSum = mask == null ? n : TLanes.Sum(weights);
        return TLanes.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override float CrossEntropy(float* x, float* target, float* weighted, int n, float weight)
    {
        T w = TLanes.Create(weight);
        if (n <= Block)
        {
            // One block: everything stays in registers.
            T logits = ReadLogits(x, n), t = Read(target, n);
            T e = Exponentials(logits, out T max);
            T sum = TLanes.Create(TLanes.Sum(e));
            T logSum = TLanes.Add(max, VectorMath<TLanes, T>.Log(sum));
            T share = TLanes.Create(TLanes.Sum(t));
            T difference = TLanes.Subtract(TLanes.Multiply(TLanes.Divide(e, sum), share), t);
            Write(weighted, TLanes.Multiply(w, difference), n);
            return weight * TLanes.Sum(TLanes.Multiply(t, TLanes.Subtract(logSum, logits)));
        }

        T shift = TLanes.Create(LongSoftmax(x, weighted, n));
        T total = TLanes.Create(0), product = TLanes.Create(0);
        for (int i = 0; i < n; i += Block)
        {
            int count = Math.Min(n - i, Block);
            T t = Read(target + i, count);
            total = TLanes.Add(total, t);
            product = TLanes.MultiplyAdd(t, TLanes.Subtract(shift, Read(x + i, count)), product);
        }

        T factor = TLanes.Create(TLanes.Sum(total));
        for (int i = 0; i < n; i += Block)
        {
            int count = Math.Min(n - i, Block);
            T d = TLanes.Subtract(TLanes.Multiply(Read(weighted + i, count), factor), Read(target + i, count));
            Write(weighted + i, TLanes.Multiply(w, d), count);
        }

        return weight * TLanes.Sum(product);
    }

    /// <summary>Writes the softmax of several blocks and returns the logarithm of the sum of exponentials.</summary>
    private static float LongSoftmax(float* x, float* y, int n)
    {
        T greatest = TLanes.Create(NoLogit);
        for (int i = 0; i < n; i += Block)
            greatest = VectorMath<TLanes, T>.Max(greatest, ReadLogits(x + i, Math.Min(n - i, Block)));
        float max = TLanes.Max(greatest);

        T shift = TLanes.Create(max);
        T sum = TLanes.Create(0);
        for (int i = 0; i < n; i += Block)
        {
            int count = Math.Min(n - i, Block);
            T e = VectorMath<TLanes, T>.Exp(TLanes.Subtract(ReadLogits(x + i, count), shift));
            Write(y + i, e, count);
            sum = TLanes.Add(sum, e);
        }

        T divisor = TLanes.Create(TLanes.Sum(sum));
        for (int i = 0; i < n; i += Block)
        {
            int count = Math.Min(n - i, Block);
            Write(y + i, TLanes.Divide(Read(y + i, count), divisor), count);
        }

        return max + First(VectorMath<TLanes, T>.Log(divisor));
    }

    /// <summary>A block of logits; lanes beyond the end hold one so low that its exponential (2e-38) is lost beside the sum's 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ReadLogits(float* x, int count) =>
        count == Block ? TLanes.Load(x) : TLanes.LoadPartial(x, count, TLanes.Create(NoLogit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Exponentials(T logits, out T max)
    {
        max = TLanes.Create(TLanes.Max(logits));
        return VectorMath<TLanes, T>.Exp(TLanes.Subtract(logits, max));
    }

    private static float First(T lanes)
    {
        float* buffer = stackalloc float[Block];
        TLanes.Store(buffer, lanes);
        return buffer[0];
    }
}
