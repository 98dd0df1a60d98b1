namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Records one step of computation as it runs, and runs it backwards for the gradients.</summary>
/// <remarks>
/// <para>
/// Call <see cref="Reset"/> between steps: it takes back every tensor of the last step, so that a step of the same sizes
/// allocates nothing. A tape belongs to one thread at a time.
/// </para>
/// <para>Every operation treats a tensor as a matrix of <see cref="Tensor.Rows"/> by <see cref="Tensor.Columns"/>.</para>
/// </remarks>
public abstract class Tape : IDisposable
{
    /// <summary>Whether the tape records gradients, and drops out.</summary>
    public abstract bool Training { get; }

    /// <summary>Takes back every tensor of the last step; they must not be used any more.</summary>
    public abstract void Reset();

    /// <summary>A tensor whose <see cref="Tensor.Data"/> the caller fills; its first content is undefined.</summary>
    /// <param name="shape">The extents.</param>
    /// <param name="requiresGradient">Whether its gradient is wanted (classifier guidance, tests).</param>
    public abstract Tensor Input(Shape shape, bool requiresGradient = false);

    /// <summary>A parameter as a tensor, such as a learned position or token.</summary>
    public abstract Tensor Use(Parameter parameter);

    /// <summary>dropout(act(x W + b + addend)) + residual, in one pass.</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[inputs, outputs].</param>
    /// <param name="bias">[outputs], or none.</param>
    /// <param name="activation">The function applied to the sum.</param>
    /// <param name="residual">[rows, outputs], added last; or none.</param>
    /// <param name="addend">[rows, outputs], added before the activation; or none.</param>
    /// <param name="dropout">The rate of <see cref="Dropout"/> after the activation, 0 to below 1.</param>
    /// <param name="random">Where the choice of <see cref="Dropout"/> comes from.</param>
    /// <returns>[rows, outputs].</returns>
    public abstract Tensor Linear(
        Tensor x,
        Parameter weight,
        Parameter? bias,
        Activation activation = Activation.None,
        Tensor? residual = null,
        Tensor? addend = null,
        float dropout = 0,
        Philox random = default);

    /// <summary>a + b, where b has a's shape, or is one row (added to every row), or one column (added to every column).</summary>
    public abstract Tensor Add(Tensor a, Tensor b);

    /// <summary>a - b, where b has a's shape, or is one row, or one column.</summary>
    public abstract Tensor Subtract(Tensor a, Tensor b);

    /// <summary>a b element by element, where b has a's shape, or is one row, or one column.</summary>
    public abstract Tensor Multiply(Tensor a, Tensor b);

    /// <summary>x plus the rows of a smaller tensor: each is added to <paramref name="run"/> rows of x in a row, and after the last it starts
    /// over. What belongs to a row of tokens is added with a run of its tokens, what belongs to a token with a run of 1.</summary>
    /// <param name="x">[a multiple of rows times run, columns].</param>
    /// <param name="rows">[rows, columns].</param>
    /// <param name="run">How many rows of x in a row each is added to, at least 1.</param>
    public abstract Tensor AddRepeated(Tensor x, Tensor rows, int run);

    /// <summary>x times a constant.</summary>
    public abstract Tensor Scale(Tensor x, float factor);

    /// <summary>A function of each element.</summary>
    public abstract Tensor Apply(Tensor x, Activation activation);

    /// <summary>Each row shifted and scaled to mean 0 and variance 1, then times gain plus bias (Ba et al. 2016).</summary>
    /// <param name="x">[rows, columns].</param>
    /// <param name="gain">[columns].</param>
    /// <param name="bias">[columns].</param>
    /// <param name="epsilon">Added to the variance (which divides by the number of columns).</param>
    public abstract Tensor LayerNorm(Tensor x, Parameter gain, Parameter bias, float epsilon = 1e-5f);

    /// <summary>Each group of columns normalised over all positions of a row to mean 0 and variance 1, then times gain plus bias (Wu and He
    /// 2018).</summary>
    /// <param name="x">[rows times length, columns]: a row's positions one after another.</param>
    /// <param name="length">Positions of a row.</param>
    /// <param name="groups">The number of groups, which divides the columns.</param>
    /// <param name="gain">[columns].</param>
    /// <param name="bias">[columns].</param>
    /// <param name="epsilon">Added to the variance (which divides by the number of elements).</param>
    public abstract Tensor GroupNorm(Tensor x, int length, int groups, Parameter gain, Parameter bias, float epsilon = 1e-5f);

    /// <summary>Every position of a row beside its neighbours, zeros beyond the ends of the row.</summary>
    /// <param name="x">[rows times length, columns]: a row's positions one after another.</param>
    /// <param name="length">Positions of a row.</param>
    /// <param name="kernel">How many positions are put side by side, as many before each as after; odd.</param>
    /// <returns>[rows times length, kernel times columns].</returns>
    public abstract Tensor Unfold(Tensor x, int length, int kernel);

    /// <summary>A convolution along the positions of each row, with zeros beyond the ends: the product of <see cref="Unfold"/> and a weight, which
    /// an engine may do without laying out what Unfold makes.</summary>
    /// <param name="x">[rows times length, inputs]: a row's positions one after another.</param>
    /// <param name="length">Positions of a row.</param>
    /// <param name="kernel">How many positions are seen from each, as many before as after; odd.</param>
    /// <param name="weight">[kernel times inputs, outputs]: the position before first.</param>
    /// <param name="bias">[outputs], or none.</param>
    /// <param name="residual">[rows times length, outputs], added to the result; or none.</param>
    /// <returns>[rows times length, outputs].</returns>
    public virtual Tensor Convolution(Tensor x, int length, int kernel, Parameter weight, Parameter? bias, Tensor? residual = null) =>
        Linear(Unfold(x, length, kernel), weight, bias, residual: residual);

    /// <summary>The same elements with other extents.</summary>
    /// <param name="x">A tensor of this tape.</param>
    /// <param name="shape">As many elements.</param>
    public abstract Tensor Reshape(Tensor x, Shape shape);

    /// <summary>Multi-head attention of the tokens of each row to each other (Vaswani et al. 2017, section 3.2):
    /// softmax(Q K^T / sqrt(width of a head)) V for each head.</summary>
    /// <param name="queryKeyValue">[rows times tokens, 3 channels]: a row's tokens one after another, each with its queries, keys and
    /// values side by side, and in each of the three head after head.</param>
    /// <param name="tokens">Tokens of a row.</param>
    /// <param name="heads">The number of heads, which divides the channels.</param>
    /// <returns>[rows times tokens, channels].</returns>
    public abstract Tensor Attention(Tensor queryKeyValue, int tokens, int heads);

    /// <summary>sigmoid(a) tanh(b), where a is the left half of the columns of x and b the right (van den Oord et al. 2016, equation 2).</summary>
    /// <param name="x">[rows, 2 columns].</param>
    /// <returns>[rows, columns].</returns>
    public abstract Tensor Gate(Tensor x);

    /// <summary>
    /// While training, sets elements to zero with probability <paramref name="rate"/> and divides the others by 1 - rate;
    /// otherwise x itself.
    /// </summary>
    /// <param name="x">The tensor.</param>
    /// <param name="rate">0 to below 1.</param>
    /// <param name="random">Where the choice comes from: element i is decided by draw i.</param>
    public abstract Tensor Dropout(Tensor x, float rate, Philox random);

    /// <summary>The columns of several tensors with the same number of rows, side by side.</summary>
    public abstract Tensor Concat(params ReadOnlySpan<Tensor> parts);

    /// <summary>Some columns.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="start">The first column.</param>
    /// <param name="length">The number of columns.</param>
    public abstract Tensor Slice(Tensor x, int start, int length);

    /// <summary>Rows of a table, one for each code.</summary>
    /// <param name="table">[codes, columns].</param>
    /// <param name="codes">Which row to take, 0 to the number of rows less 1.</param>
    /// <returns>[codes.Length, columns].</returns>
    public abstract Tensor Gather(Parameter table, ReadOnlySpan<int> codes);

    /// <summary>The softmax within each group of columns of each row; columns outside the groups are passed on as they are.</summary>
    public abstract Tensor SoftmaxGroups(Tensor x, ColumnGroups groups);

    /// <summary>The sum of mask (prediction - target)^2 over all cells, divided as <paramref name="reduction"/> says.</summary>
    /// <param name="prediction">[rows, columns].</param>
    /// <param name="target">[rows, columns]; no gradient flows into it.</param>
    /// <param name="mask">[rows, columns]: 1 for cells that count, 0 for others, or any weights; none counts every cell.</param>
    /// <param name="reduction">The divisor.</param>
    /// <returns>One element.</returns>
    public abstract Tensor MaskedSquaredError(
        Tensor prediction, Tensor target, Tensor? mask, LossReduction reduction = LossReduction.MeanOverMask);

    /// <summary>
    /// The sum over rows and groups of mask times the cross-entropy of the softmax of the group's logits against the target,
    /// divided as <paramref name="reduction"/> says (its cells are the rows times the groups).
    /// </summary>
    /// <param name="logits">[rows, columns]; columns outside the groups are ignored.</param>
    /// <param name="groups">The columns of each categorical variable.</param>
    /// <param name="target">[rows, columns]: one-hot, or any probabilities; no gradient flows into it.</param>
    /// <param name="mask">[rows, groups]: weight of each categorical cell; none counts every cell.</param>
    /// <param name="reduction">The divisor.</param>
    /// <returns>One element.</returns>
    public abstract Tensor MaskedCrossEntropy(
        Tensor logits, ColumnGroups groups, Tensor target, Tensor? mask, LossReduction reduction = LossReduction.MeanOverMask);

    /// <summary>
    /// Adds the gradient of a loss to <see cref="Parameter.Gradient"/> of every parameter it depends on, and to
    /// <see cref="Tensor.Gradient"/> of every input that asked for it. Once for each recorded step.
    /// </summary>
    /// <param name="loss">A tensor of one element.</param>
    /// <exception cref="InvalidOperationException">The tape is not for training, or the loss depends on no parameter or input.</exception>
    public abstract void Backward(Tensor loss);

    /// <summary>Releases the tape's memory.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the tape's memory.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
