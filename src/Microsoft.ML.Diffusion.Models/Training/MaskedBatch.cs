using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models;

/// <summary>Makes batches for a <see cref="MaskedDenoiser"/>: of each row a number of tokens, uniform between none and all but one, stays
/// known, and the others are to be predicted.</summary>
internal sealed class MaskedBatch
{
    private readonly int[] _order;
    private readonly TokenInput _input;
    private readonly double _orderedShare;
    private readonly ColumnGroups _groups;
    private readonly int[] _shuffled;
    private readonly int[] _known;

    /// <param name="tokenizer">The columns.</param>
    /// <param name="order">The order in which the columns of whole rows are drawn.</param>
    /// <param name="input">What the network sees.</param>
    /// <param name="orderedShare">The share of rows whose known tokens are the first ones of that order.</param>
    public MaskedBatch(TableTokenizer tokenizer, int[] order, TokenInput input, double orderedShare)
    {
        _order = order;
        _input = input;
        _orderedShare = orderedShare;
        _shuffled = new int[order.Length];
        _known = new int[order.Length];
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
    /// <param name="weights">[columns]: one over the number of unknown tokens, for those; each row counts the same, which makes the loss
    /// the bound on its likelihood (Ou et al. 2024, equation 12).</param>
    public void Write(ReadOnlySpan<int> tokens, Philox random, Span<float> input, Span<float> target, Span<float> weights)
    {
        target.Clear();
        weights.Clear();
        int columns = tokens.Length;
        int known = random.Below(0, columns);
        if (random.Uniform(1) < _orderedShare)
            _order.CopyTo(_shuffled, 0);
        else
            random.Fork(0).Permutation(_shuffled);
        _known.AsSpan().Fill(-1);
        for (int i = 0; i < known; i++)
            _known[_shuffled[i]] = tokens[_shuffled[i]];
        int unknown = 0;
        for (int i = known; i < columns; i++)
            unknown += tokens[_shuffled[i]] >= 0 ? 1 : 0;
        for (int i = known; i < columns; i++)
        {
            int column = _shuffled[i];
            if (tokens[column] < 0)
                continue;
            weights[column] = 1f / unknown;
            target[_groups[column].Start + tokens[column]] = 1;
        }
        _input.Write(_known, input);
    }
}
