using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

// The layer, not the folder of the method that draws lines.
using Linear = Microsoft.ML.Diffusion.Tensors.Linear;

/// <summary>Two convolutions of 3 by 3 over the pixels of each step, from one channel to some filters and back to one, with zeros around
/// the picture (Fortuin et al. 2020, the encoder of Healing MNIST).</summary>
/// <remarks>
/// A row of pixels has one zero behind it, which stands both for what lies to the right of it and for what lies to the left of the next
/// row. The second convolution first makes nine numbers of the filters, one for each neighbour, and then adds them up where they belong.
/// </remarks>
internal sealed class PictureConvolution : Module
{
    private const int Neighbors = 9;

    private readonly int _width;
    private readonly int _height;
    private readonly Linear _first;
    private readonly Linear _second;
    private readonly Parameter _bias;

    // Which numbers are added: fixed, and so no parameters of the network.
    private readonly Lazy<Parameter> _across;
    private readonly Lazy<Parameter> _down;
    private readonly Lazy<Parameter> _one = new(() => Selection("one", 1, 1, static (_, _) => true));

    public PictureConvolution(int width, int pixels, int filters, Philox random)
    {
        (_width, _height) = (width, pixels / width);
        _first = AddModule("0", new Linear(Neighbors, filters, random.Fork(0), Activation.ReLU));
        _second = AddModule("1", new Linear(filters, Neighbors, random.Fork(1), bias: false));
        GpVaeNetwork.Start(_first, Neighbors, Neighbors * filters, random.Fork(0));
        GpVaeNetwork.Start(_second, Neighbors * filters, Neighbors, random.Fork(1));
        _bias = AddParameter("bias", new Shape(1));
        // Nine numbers of the pixels to the left, here and to the right: of each the one for that neighbour.
        _across = new Lazy<Parameter>(() =>
            Selection("across", 3 * Neighbors, 3, static (from, to) => from % Neighbors == to * 3 + from / Neighbors));
        // Three numbers of each pixel of the rows above, here and below: of each row the one for that neighbour.
        int row = 3 * (_width + 1);
        _down = new Lazy<Parameter>(() => Selection("down", 3 * row, _width, (from, to) => from % row == 3 * to + from / row));
    }

    /// <summary>Runs the convolutions.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[pictures, pixels]; no gradient flows into it.</param>
    /// <returns>[pictures, pixels].</returns>
    public Tensor Forward(Tape tape, Tensor x)
    {
        int padded = _width + 1, positions = _height * padded, pictures = x.Rows;
        Tensor around = tape.Input(new Shape(pictures * positions, Neighbors));
        Tensor inside = tape.Input(new Shape(pictures * positions, Neighbors));
        Span<float> to = around.Data, kept = inside.Data;
        ReadOnlySpan<float> from = x.Data;
        for (int row = 0; row < pictures * positions; row++)
        {
            int picture = row / positions, y = row % positions / padded, column = row % padded;
            Span<float> own = to.Slice(row * Neighbors, Neighbors);
            kept.Slice(row * Neighbors, Neighbors).Fill(column < _width ? 1 : 0);
            for (int i = 0; i < Neighbors; i++)
            {
                int besideY = y + i / 3 - 1, besideX = column + i % 3 - 1;
                bool isInside = column < _width && besideY >= 0 && besideY < _height && besideX >= 0 && besideX < _width;
                own[i] = isInside ? from[(picture * _height + besideY) * _width + besideX] : 0;
            }
        }
        Tensor hidden = _second.Forward(tape, _first.Forward(tape, around));
        Tensor shares = tape.Multiply(hidden, inside);
        Tensor across = tape.Linear(tape.Unfold(shares, positions, 3), _across.Value, null);
        Tensor lines = tape.Reshape(across, new Shape(pictures * _height, 3 * padded));
        Tensor sums = tape.Linear(tape.Unfold(lines, _height, 3), _down.Value, null);
        // The bias of the only filter is the same for all pixels.
        Tensor each = tape.Reshape(sums, new Shape(pictures * _height * _width, 1));
        return tape.Reshape(tape.Linear(each, _one.Value, _bias), x.Shape);
    }

    private static Parameter Selection(string name, int inputs, int outputs, Func<int, int, bool> isTaken)
    {
        var parameter = new Parameter(name, new Shape(inputs, outputs));
        Span<float> weights = parameter.Update();
        for (int from = 0; from < inputs; from++)
        {
            for (int to = 0; to < outputs; to++)
                weights[from * outputs + to] = isTaken(from, to) ? 1 : 0;
        }
        return parameter;
    }
}
