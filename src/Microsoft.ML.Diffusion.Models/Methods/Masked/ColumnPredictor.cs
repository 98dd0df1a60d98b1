using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>A trained <see cref="MaskedDenoiser"/>, with forests beside it, that is asked for one column after another. What the first
/// layer sums up of a row costs as much as the row has inputs that are not zero, and can be kept while the row grows; and only the tokens
/// of the column that is asked for are computed.</summary>
/// <remarks>On the managed engine logits have the bits that <see cref="MaskedDenoiser.Forward"/> gives them: there each sum goes through
/// the inputs in ascending order, and zeros add nothing.</remarks>
internal sealed class ColumnPredictor
{
    private readonly PerColumnLinear _last;
    private readonly PerColumnLinear? _functions;

    /// <param name="denoiser">The network; it must not be trained any more.</param>
    /// <param name="groups">The slots of each column.</param>
    public ColumnPredictor(MaskedDenoiser denoiser, ColumnGroups groups)
    {
        Denoiser = denoiser;
        _last = new PerColumnLinear(denoiser.Last, groups);
        _functions = denoiser.Ordered.Functions is { } functions ? new PerColumnLinear(functions, groups) : null;
    }

    private ColumnPredictor(ColumnPredictor network, ForestMixture? forests) =>
        (Denoiser, _last, _functions, Forests) = (network.Denoiser, network._last, network._functions, forests);

    /// <summary>What is asked beside the network; null for nothing.</summary>
    public ForestMixture? Forests { get; }

    /// <summary>The network.</summary>
    public MaskedDenoiser Denoiser { get; }

    /// <summary>The sums of a row.</summary>
    public int Width => Denoiser.Width;

    /// <summary>The same network with forests beside it.</summary>
    public ColumnPredictor With(ForestMixture? forests) => new(this, forests);

    /// <summary>Writes the sums of a row of which nothing is known.</summary>
    /// <param name="sums">[<see cref="Width"/>].</param>
    public void Start(Span<float> sums) => Denoiser.First.Bias!.Value.CopyTo(sums);

    /// <summary>Adds what is known of some columns that follow each other.</summary>
    /// <param name="sums">[<see cref="Width"/>], of the columns before these: another order of columns is other bits.</param>
    /// <param name="row">The row's tokens, negative where unknown.</param>
    /// <param name="from">The first of the columns.</param>
    /// <param name="to">One past the last.</param>
    public void Add(Span<float> sums, ReadOnlySpan<int> row, int from, int to)
    {
        ReadOnlySpan<float> weights = Denoiser.First.Weight.Value;
        for (int column = from; column < to; column++)
        {
            if (row[column] < 0)
                continue;
            foreach ((int input, float value) in Denoiser.Input.Of(column, row[column]))
                VectorSums.Add(sums, weights.Slice(input * sums.Length, sums.Length), value);
        }
    }

    /// <summary>What the logits of all columns are computed from.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="sums">[rows, <see cref="Width"/>].</param>
    public (Tensor Hidden, Tensor? Coefficients) Hidden(Tape tape, Tensor sums)
    {
        Tensor hidden = Denoiser.Hidden(tape, sums);
        return (hidden, Denoiser.Ordered.Coefficients(tape, hidden));
    }

    /// <summary>The network's logits of one column.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="from">What <see cref="Hidden"/> gave.</param>
    /// <param name="column">The column.</param>
    /// <returns>[rows, tokens of the column].</returns>
    public Tensor Logits(Tape tape, (Tensor Hidden, Tensor? Coefficients) from, int column)
    {
        Tensor logits = _last.Forward(tape, from.Hidden, column);
        return from.Coefficients is null ? logits : _functions!.Forward(tape, from.Coefficients, column, residual: logits);
    }

    /// <summary>Predicts one column for rows of which the network is told the tokens of some others.</summary>
    /// <param name="tape">The step, which is reset.</param>
    /// <param name="tokens">All rows of a table, a token each column.</param>
    /// <param name="rows">The rows that are asked for.</param>
    /// <param name="known">The columns that it is told.</param>
    /// <param name="column">The column.</param>
    /// <returns>[rows, tokens of the column]: logits, of the forests too.</returns>
    public float[] Predict(Tape tape, ReadOnlySpan<int> tokens, ReadOnlySpan<int> rows, ReadOnlySpan<int> known, int column)
    {
        int[] told = new int[Denoiser.Input.Columns];
        told.AsSpan().Fill(-1);
        tape.Reset();
        Tensor sums = tape.Input(new Shape(rows.Length, Width));
        for (int n = 0; n < rows.Length; n++)
        {
            Tell(rows[n], tokens, known, told);
            Span<float> own = sums.Data.Slice(n * Width, Width);
            Start(own);
            Add(own, told, 0, told.Length);
        }
        float[] logits = Logits(tape, Hidden(tape, sums), column).Data.ToArray();
        for (int n = 0; n < rows.Length && Forests is not null; n++)
        {
            Tell(rows[n], tokens, known, told);
            int slots = logits.Length / rows.Length;
            Forests.Mix(column, told, logits.AsSpan(n * slots, slots));
        }
        return logits;
    }

    private static void Tell(int row, ReadOnlySpan<int> tokens, ReadOnlySpan<int> known, Span<int> told)
    {
        foreach (int each in known)
            told[each] = tokens[(row * told.Length) + each];
    }
}
