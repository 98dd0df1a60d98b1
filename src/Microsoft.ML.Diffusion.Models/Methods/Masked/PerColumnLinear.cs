using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>A layer whose outputs belong to columns, cut into one for each column: the outputs of one column cost no more than these. They
/// have the bits that the whole layer gives them.</summary>
internal sealed class PerColumnLinear
{
    private readonly Parameter[] _weights;
    private readonly Parameter?[] _biases;

    /// <param name="layer">The whole layer, without an activation; it is copied, so it must not be trained any more.</param>
    /// <param name="groups">The outputs of each column; together they are all.</param>
    public PerColumnLinear(Linear layer, ColumnGroups groups)
    {
        _weights = new Parameter[groups.Count];
        _biases = new Parameter?[groups.Count];
        for (int i = 0; i < groups.Count; i++)
        {
            (int start, int length) = groups[i];
            _weights[i] = Part(layer.Weight, layer.Weight.Shape.Rows, start, length);
            _biases[i] = layer.Bias is null ? null : Part(layer.Bias, 1, start, length);
        }
    }

    /// <summary>x W + b + residual, for one column.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="column">The column.</param>
    /// <param name="residual">[rows, outputs of the column], added last; or none.</param>
    public Tensor Forward(Tape tape, Tensor x, int column, Tensor? residual = null) =>
        tape.Linear(x, _weights[column], _biases[column], residual: residual);

    private static Parameter Part(Parameter whole, int rows, int start, int length)
    {
        int width = whole.Shape.Count / rows;
        var part = new Parameter(whole.Name, whole.Shape.WithColumns(length));
        Span<float> values = part.Update();
        for (int row = 0; row < rows; row++)
            whole.Value.Slice((row * width) + start, length).CopyTo(values[(row * length)..]);
        return part;
    }
}
