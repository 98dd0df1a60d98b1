using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Logits of ordered tokens from a few coefficients a column: at first those of z and z^2, z being a token's place as a normal
/// quantile, with which a Gaussian conditional needs two numbers and not one for each token, and of cosines of its rank. The functions are
/// trained too. Adds to the logits that a token has of its own.</summary>
internal sealed class OrderedLogits : Module
{
    // Below this many values a logit for each is no more than the coefficients would be.
    private const int FewestValues = 9;
    private const int Cosines = 6;

    // The functions of all columns are one matrix over the tokens of all columns, which grows with the square of the number of columns: about
    // 230 columns of numbers reach this size, a quarter of a gigabyte. In wider tables each token has its own logit alone.
    private const long MostFunctionValues = 64 << 20;

    private readonly Linear? _coefficients;

    public OrderedLogits(TokenColumn[] columns, ColumnGroups groups, int width, Philox random)
    {
        int[] ordered = [.. Enumerable.Range(0, columns.Length).Where(i => columns[i].Positions.Length >= FewestValues)];
        int perColumn = 2 + Cosines;
        if (ordered.Length == 0 || (long)perColumn * ordered.Length * groups.End > MostFunctionValues)
            return;
        _coefficients = AddModule("coefficients", new Linear(width, perColumn * ordered.Length, random).Zero());
        Functions = AddModule("functions", new Linear(perColumn * ordered.Length, groups.End, random, bias: false).Zero());
        Span<float> values = Functions.Weight.Update();
        for (int n = 0; n < ordered.Length; n++)
        {
            ReadOnlySpan<float> positions = columns[ordered[n]].Positions;
            for (int token = 0; token < positions.Length; token++)
            {
                float z = positions[token], rank = (token + 0.5f) / positions.Length;
                for (int f = 0; f < perColumn; f++)
                {
                    values[(n * perColumn + f) * groups.End + groups[ordered[n]].Start + token] =
                        f == 0 ? z : f == 1 ? 0.5f * (z * z - 1) : MathF.Cos(MathF.PI * (f - 1) * rank);
                }
            }
        }
    }

    /// <summary>[coefficients of all columns, slots]; none where each token has its own logit alone.</summary>
    public Linear? Functions { get; }

    /// <summary>The coefficients of all columns; none where there are no <see cref="Functions"/>.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="hidden">[rows, width].</param>
    public Tensor? Coefficients(Tape tape, Tensor hidden) => _coefficients?.Forward(tape, hidden);

    /// <summary>Adds to logits.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="hidden">[rows, width].</param>
    /// <param name="logits">[rows, slots].</param>
    public Tensor AddTo(Tape tape, Tensor hidden, Tensor logits) =>
        Coefficients(tape, hidden) is { } coefficients ? Functions!.Forward(tape, coefficients, residual: logits) : logits;
}
