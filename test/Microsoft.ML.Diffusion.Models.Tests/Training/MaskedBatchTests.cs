using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class MaskedBatchTests
{
    private const int Columns = 4, Label = 2;
    private static readonly int[] s_order = [0, 1, 3, Label];
    private static readonly int[] s_tokens = [1, 0, 1, 0];

    [Fact]
    public void Of_a_row_known_in_order_the_next_token_counts_most_and_an_unknown_label_always()
    {
        foreach ((float[] weights, bool[] known) in Batches(orderedShare: 1, Label))
        {
            int count = known.Count(isKnown => isKnown);
            Assert.Equal(1, weights.Sum(), 1e-6f);
            int next = s_order[known[Label] ? count - 1 : count];
            Assert.All(s_order[..(known[Label] ? count - 1 : count)], column => Assert.True(known[column]));
            if (known[Label])
            {
                Assert.Equal(0.6f + 0.4f / (Columns - count), weights[next], 1e-6f);
                continue;
            }
            Assert.Equal(next == Label ? 1 : 0.6f, weights[next], 1e-6f);
            Assert.Equal(next == Label ? 1 : 0.4f, weights[Label], 1e-6f);
        }
    }

    [Fact]
    public void Without_a_label_all_unknown_tokens_share_the_rest()
    {
        foreach ((float[] weights, bool[] known) in Batches(orderedShare: 1, label: null))
        {
            int count = known.Count(isKnown => isKnown);
            for (int i = 0; i < Columns; i++)
                Assert.Equal(i < count ? 0 : 0.4f / (Columns - count) + (i == count ? 0.6f : 0), weights[s_order[i]], 1e-6f);
        }
    }

    [Fact]
    public void Of_a_row_known_in_any_order_every_unknown_token_counts_the_same()
    {
        foreach ((float[] weights, bool[] known) in Batches(orderedShare: 0, Label))
            Assert.All(Enumerable.Range(0, Columns), i => Assert.Equal(known[i] ? 0 : 1f / known.Count(isKnown => !isKnown), weights[i], 1e-6f));
    }

    [Fact]
    public void What_is_missing_and_not_learned_as_such_has_no_weight()
    {
        foreach ((float[] weights, bool[] known) in Batches(orderedShare: 1, Label, missing: Label))
            Assert.Equal(0, weights[Label]);
    }

    private static IEnumerable<(float[] Weights, bool[] Known)> Batches(double orderedShare, int? label, int missing = -1)
    {
        Table table = new([.. Enumerable.Range(0, Columns).Select(i => TableColumn.Categorical($"c{i}", ["a", "b"]))], 2);
        for (int i = 0; i < Columns; i++)
            (table[0, i], table[1, i]) = (0, 1);
        TableTokenizer tokenizer = TableTokenizer.Fit(table, bins: 8, []);
        TokenInput input = new(tokenizer.Encoded);
        MaskedBatch batch = new(tokenizer, s_order, input, orderedShare, label);
        int[] tokens = [.. s_tokens.Select((token, i) => i == missing ? -1 : token)];
        for (ulong row = 0; row < 40; row++)
        {
            float[] seen = new float[input.Width], target = new float[batch.Slots], weights = new float[Columns];
            batch.Write(tokens, new Philox(5).Fork(row), seen, target, weights);
            yield return (weights, [.. Enumerable.Range(0, Columns).Select(i => seen[i * input.Width / Columns] == 1)]);
        }
    }
}
