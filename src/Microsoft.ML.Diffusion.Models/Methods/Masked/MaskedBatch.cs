using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Makes batches for a <see cref="MaskedDenoiser"/>: of each row a number of tokens, uniform between none and all but one, stays
/// known, and the others are to be predicted. What is missing is told in some rows and in others not.</summary>
/// <remarks>Of a row whose known tokens are the first ones in the order of drawing, the next is what drawing asks for; the label from
/// all of these keeps the network from learning it by heart from whole rows.</remarks>
internal sealed class MaskedBatch
{
    // The weight of the token drawn next in a row known in order; the label has the rest, or all unknown tokens where there is none.
    private const float NextWeight = 0.6f;

    // Of the rows known in order those of which the label is known first, as when rows are made for a given one.
    private const float LabelFirstShare = 0.25f;

    // Of all rows those in which it is told that a cell is missing. In the others the cell is unknown like any that is to be predicted, as
    // it is when a row is made complete.
    private const float TellingShare = 0.5f;

    private readonly int[] _order;
    private readonly TokenInput _input;
    private readonly double _orderedShare;
    private readonly int? _label;
    private readonly ColumnGroups _groups;
    private readonly int[] _shuffled;
    private readonly int[] _known;
    private readonly int[] _missing;

    /// <param name="tokenizer">The columns.</param>
    /// <param name="order">The order in which the columns of whole rows are drawn.</param>
    /// <param name="input">What the network sees.</param>
    /// <param name="orderedShare">The share of rows whose known tokens are the first ones of that order.</param>
    /// <param name="label">The label among the columns with tokens; null for none.</param>
    public MaskedBatch(TableTokenizer tokenizer, int[] order, TokenInput input, double orderedShare, int? label)
    {
        _order = order;
        _input = input;
        _orderedShare = orderedShare;
        _label = label;
        _shuffled = new int[order.Length];
        _known = new int[order.Length];
        _missing = [.. tokenizer.Encoded.Select(column => column.MissingToken)];
        Slots = tokenizer.SlotCount;
        _groups = tokenizer.Groups;
    }

    /// <summary>The width of a target.</summary>
    public int Slots { get; }

    /// <summary>Writes one row of a batch.</summary>
    /// <param name="tokens">The row.</param>
    /// <param name="random">This row's random stream.</param>
    /// <param name="input">[<see cref="TokenInput.Width"/>].</param>
    /// <param name="target">[slots]: one-hot of the unknown tokens.</param>
    /// <param name="weights">[columns]: one over the number of unknown tokens, for those, which makes the loss the bound on the row's
    /// likelihood (Ou et al. 2024, equation 12); in a row known in order most for the token drawn next. They add up to one.</param>
    public void Write(ReadOnlySpan<int> tokens, Philox random, Span<float> input, Span<float> target, Span<float> weights)
    {
        target.Clear();
        weights.Clear();
        int columns = tokens.Length;
        int known = random.Below(0, columns);
        bool isOrdered = random.Uniform(1) < _orderedShare;
        int? last = _label;
        if (!isOrdered)
        {
            random.Fork(0).Permutation(_shuffled);
        }
        else if (_label is int label && known > 0 && random.Uniform(2) < LabelFirstShare)
        {
            _order.AsSpan(0, columns - 1).CopyTo(_shuffled.AsSpan(1));
            (_shuffled[0], last) = (label, null);
        }
        else
        {
            _order.CopyTo(_shuffled, 0);
        }
        _known.AsSpan().Fill(-1);
        bool tellsMissing = random.Uniform(3) < TellingShare;
        for (int i = 0; i < known; i++)
        {
            int column = _shuffled[i];
            _known[column] = tellsMissing || tokens[column] != _missing[column] ? tokens[column] : -1;
        }
        int unknown = 0;
        for (int i = known; i < columns; i++)
            unknown += tokens[_shuffled[i]] >= 0 ? 1 : 0;
        for (int i = known; i < columns; i++)
        {
            int column = _shuffled[i];
            if (tokens[column] < 0)
                continue;
            weights[column] = 1f / unknown;
            if (isOrdered)
                weights[column] = (i == known ? NextWeight : 0) + (1 - NextWeight) * (last is null ? weights[column] : column == last ? 1 : 0);
            target[_groups[column].Start + tokens[column]] = 1;
        }
        _input.Write(_known, input);
    }
}
