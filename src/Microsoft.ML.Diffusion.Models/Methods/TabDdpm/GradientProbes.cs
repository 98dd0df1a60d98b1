using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

/// <summary>Learns the norm of each row's gradient from one step backwards: that of a weight is the product of what a row gives to the
/// layer and what the layer's sum gets back, so that its norm is the product of their norms (Goodfellow 2015). What a sum gets back is read
/// from zeros that are added to it.</summary>
internal sealed class GradientProbes
{
    // What goes into a layer, null for a table that gives each row one of its own; and the zeros.
    private readonly List<(Tensor? Input, Tensor Zeros)> _layers = [];

    /// <summary>Forgets the last step.</summary>
    public void Clear() => _layers.Clear();

    /// <summary>What to add to the sum of a layer with a bias, each of whose rows is used once.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="input">What goes into the layer.</param>
    /// <param name="outputs">The columns of what comes out.</param>
    public Tensor Of(Tape tape, Tensor input, int outputs)
    {
        Tensor zeros = Zeros(tape, input.Rows, outputs);
        _layers.Add((input, zeros));
        return zeros;
    }

    /// <summary>The same, where something is added to the sum already.</summary>
    public Tensor Of(Tape tape, Tensor input, Tensor addend) => tape.Add(addend, Of(tape, input, addend.Columns));

    /// <summary>What to take for the rows of a table, of which each row of the step has one.</summary>
    public Tensor On(Tape tape, Tensor rows)
    {
        Tensor zeros = Zeros(tape, rows.Rows, rows.Columns);
        _layers.Add((null, zeros));
        return tape.Add(rows, zeros);
    }

    /// <summary>The Euclidean norm of each row's gradient, once the step has run backwards.</summary>
    public void Norms(Span<double> norms)
    {
        norms.Clear();
        foreach ((Tensor? input, Tensor zeros) in _layers)
        {
            ReadOnlySpan<float> back = zeros.Gradient;
            for (int row = 0; row < norms.Length && !back.IsEmpty; row++)
            {
                // A bias is a weight of a one.
                double given = input is null ? 1 : 1 + SumOfSquares(input.Data.Slice(row * input.Columns, input.Columns));
                norms[row] += given * SumOfSquares(back.Slice(row * zeros.Columns, zeros.Columns));
            }
        }
        foreach (ref double norm in norms)
            norm = Math.Sqrt(norm);
    }

    private static Tensor Zeros(Tape tape, int rows, int columns)
    {
        Tensor zeros = tape.Input(new Shape(rows, columns), requiresGradient: true);
        zeros.Data.Clear();
        return zeros;
    }

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += (double)value * value;
        return sum;
    }
}
