using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Everything but matrix products that runs over many floats, for one width of vectors.</summary>
/// <remarks>The one implementation is <see cref="VectorKernels{TLanes, T}"/>; this class lets an engine choose its width once.</remarks>
internal abstract unsafe class VectorKernels
{
    private static readonly VectorKernels[] All =
    [
        new VectorKernels<Lanes512, Vector512<float>>(0),
        new VectorKernels<Lanes256, Lanes256.Pair>(1),
        new VectorKernels<Lanes128, Lanes128.Quad>(2),
        new VectorKernels<LanesScalar, LanesScalar.Sixteen>(3),
    ];

    private protected VectorKernels(int handle) => (Handle, Matrix) = (handle, MatrixKernels.Create(this, handle));

    /// <summary>The widest that this processor runs well.</summary>
    internal static VectorKernels Best { get; } = For(null);

    /// <summary>A number that stands for this object where only plain data can go: <see cref="At"/> gives it back.</summary>
    internal int Handle { get; }

    internal MatrixKernels Matrix { get; }

    /// <summary>The kernels for vectors of 512, 256, 128 or 32 bits; null for the best.</summary>
    internal static VectorKernels For(int? bits) => bits switch
    {
        null when Vector512.IsHardwareAccelerated && Avx512F.IsSupported => All[0],
        null when Vector256.IsHardwareAccelerated => All[1],
        null => All[2],
        512 when Avx512F.IsSupported => All[0],
        512 => throw new PlatformNotSupportedException("This processor has no vectors of 512 bits."),
        256 => All[1],
        128 => All[2],
        32 => All[3],
        _ => throw new ArgumentOutOfRangeException(nameof(bits), bits, "A vector has 512, 256, 128 or 32 bits."),
    };

    internal static VectorKernels At(int handle) => All[handle];

    /// <summary>Adds to, activates, drops from and keeps the slopes of a block of a matrix, as the epilogue says.</summary>
    internal abstract void Finish(in Epilogue epilogue, float* c, nint cRow, int row, int rows, int column, int columns);

    /// <summary>y = act(x); the slopes too where wanted.</summary>
    internal abstract void Activate(Activation activation, float* x, float* y, float* slope, nint n);

    /// <summary>y (+)= a op b.</summary>
    internal abstract void Combine(ArithmeticKind kind, float* a, float* b, float* y, nint n, bool accumulate);

    /// <summary>y (+)= a op b with one b for all.</summary>
    internal abstract void Combine(ArithmeticKind kind, float* a, float b, float* y, nint n, bool accumulate);

    /// <summary>The sum of x.</summary>
    internal abstract float Sum(float* x, nint n);

    /// <summary>The sum of a b.</summary>
    internal abstract float Dot(float* a, float* b, nint n);

    /// <summary>slope *= dy kept where there is a slope, and sum += the rows of the result (or of dy) where a sum is wanted.</summary>
    internal abstract void BackThroughActivation(float* dy, float* slope, float kept, float* sum, int rows, int columns);

    /// <summary>Layer normalisation of some rows; keeps mean and reciprocal deviation of each.</summary>
    internal abstract void Normalize(float* x, float* gain, float* bias, float* y, float* moments, int rows, int columns, float epsilon);

    /// <summary>The way back; adds to the sums for gain and bias, and sets or adds to dx where wanted.</summary>
    internal abstract void NormalizeBackward(
        float* x, float* dy, float* gain, float* moments, float* gainSum, float* biasSum, float* dx, bool accumulate, int rows, int columns);

    /// <summary>y = softmax(x), which may be in place.</summary>
    internal abstract void Softmax(float* x, float* y, int n);

    /// <summary>dx (+)= y (dy - sum(y dy)).</summary>
    internal abstract void SoftmaxBackward(float* y, float* dy, float* dx, int n, bool accumulate);

    /// <summary>weighted = mask (prediction - target); returns sum(weighted (prediction - target)) and the sum of the mask.</summary>
    internal abstract float SquaredError(float* prediction, float* target, float* mask, float* weighted, nint n, out float maskSum);

    /// <summary>weighted = weight (softmax(x) sum(target) - target); returns the cross-entropy times the weight.</summary>
    internal abstract float CrossEntropy(float* x, float* target, float* weighted, int n, float weight);

    /// <summary>One step of Adam.</summary>
    internal abstract void Adam(in AdamStep step, float* value, float* gradient, float* mean, float* square, nint n);

    /// <summary>average += share (value - average).</summary>
    internal abstract void Average(float* average, float* value, float share, nint n);

    /// <summary>Random numbers, uniform or normal, from a draw that starts a group of 64.</summary>
    internal abstract void Random(Philox random, bool normal, ulong index, float* y, nint groups);

    /// <summary>factors = 0 for draws below the rate, kept elsewhere; y = x factors.</summary>
    internal abstract void Dropout(float* x, float* factors, float* y, float rate, float kept, nint n);

    /// <summary>One head's attention within one row of tokens.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="query">The head's first query; keys and values follow as the shape says.</param>
    /// <param name="weights">Receives [tokens (keys), padded (queries)].</param>
    /// <param name="columns">Room for <see cref="HeadShape.ColumnCount"/> floats.</param>
    /// <param name="y">Receives the head's columns of each token, a row of all channels apart.</param>
    internal abstract void Attend(in HeadShape shape, float* query, float* weights, float* columns, float* y);

    /// <summary>The way back, with room for <see cref="HeadShape.BackwardCount"/> floats: sets or adds to the gradients of queries, keys and
    /// values, which lie as these do.</summary>
    internal abstract void AttendBackward(in HeadShape shape, float* query, float* weights, float* dy, float* scratch, float* dQuery, bool accumulate);

    /// <summary>y = sigmoid(x[..columns]) tanh(x[columns..]); the derivatives by x too where wanted.</summary>
    internal abstract void Gate(float* x, float* y, float* slope, int columns);
}
