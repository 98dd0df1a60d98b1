using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class ColumnPredictorTests
{
    private static readonly TableTokenizer s_tokenizer = TableTokenizer.Fit(Values(400), bins: 12, warnings: []);
    private static readonly int[] s_tokens = s_tokenizer.Encode(Values(400));
    private static readonly MaskedDenoiser s_network = Network(s_tokenizer);
    private static readonly ColumnPredictor s_predictor = new(s_network, s_tokenizer.Groups);

    private static int Columns => s_tokenizer.Encoded.Length;

    [Theory]
    [InlineData(32, 5)]
    [InlineData(128, 40)]
    [InlineData(256, 1)]
    [InlineData(256, 40)]
    [InlineData(512, 5)]
    public void One_column_asked_for_has_every_bit_that_the_whole_network_gives_it(int vectorWidth, int rows)
    {
        Assert.NotNull(s_network.Ordered.Functions);
        using ManagedEngine engine = new(new ManagedEngineOptions { Threads = 1, VectorWidth = vectorWidth });
        using Tape whole = engine.CreateTape(training: false), alone = engine.CreateTape(training: false);
        foreach (int[] known in new int[][] { [], [0], [3, 1], [4, 0, 2], [0, 1, 2, 3, 4] })
        {
            int[] told = [.. s_tokens.Take(rows * Columns).Select((token, cell) => known.Contains(cell % Columns) ? token : -1)];
            float[] expected = Whole(whole, s_network, told);
            for (int column = 0; column < Columns; column++)
            {
                float[] logits = s_predictor.Predict(alone, s_tokens, [.. Enumerable.Range(0, rows)], known, column);
                for (int row = 0; row < rows; row++)
                    Assert.Equal(OfColumn(expected, row, column), logits.Chunk(logits.Length / rows).ElementAt(row));
            }
        }
    }

    [Fact]
    public void Without_functions_of_ordered_tokens_the_bits_are_the_same_too()
    {
        Table table = new([TableColumn.Categorical("a", "x", "y", "z"), TableColumn.Categorical("b", "u", "v")], 60);
        for (int row = 0; row < table.RowCount; row++)
            (table[row, 0], table[row, 1]) = (row % 3, row / 3 % 2);
        var tokenizer = TableTokenizer.Fit(table, bins: 12, warnings: []);
        MaskedDenoiser network = Network(tokenizer);
        Assert.Null(network.Ordered.Functions);
        using ManagedEngine engine = new(threads: 1);
        using Tape whole = engine.CreateTape(training: false), alone = engine.CreateTape(training: false);
        float[] expected = Whole(whole, network, [2, -1]);
        var predictor = new ColumnPredictor(network, tokenizer.Groups);
        Assert.Equal(expected[3..], predictor.Predict(alone, [2, 0], [0], [0], column: 1));
    }

    [Fact]
    public void Rows_that_grow_in_any_order_and_forget_have_the_sums_of_the_first_layer()
    {
        const int Count = 7;
        using ManagedEngine engine = new(threads: 1);
        using Workspace workspace = new(engine);
        using Tape whole = engine.CreateTape(training: false);
        DrawnRows rows = new(workspace, s_predictor, Columns, Count);
        float[] sums = new float[s_predictor.Width];
        Philox random = new(3);
        for (int step = 0; step < 60; step++)
        {
            int next = random.Below((ulong)(2 * step), Columns);
            ReadOnlySpan<int> asked = rows.Asked([next]);
            whole.Reset();
            Tensor input = whole.Input(new Shape(Count, s_network.Input.Width));
            for (int row = 0; row < Count; row++)
                s_network.Input.Write(rows[row], input.Data.Slice(row * input.Columns, input.Columns));
            Tensor expected = s_network.First.Forward(whole, input);
            foreach (int row in asked)
            {
                rows.Sum(row, next, sums);
                Assert.Equal(expected.Data.Slice(row * sums.Length, sums.Length).ToArray(), sums);
                rows.Set(row, next, s_tokens[(row * Columns) + next]);
            }
            int forgotten = random.Below((ulong)((2 * step) + 1), Columns);
            for (int row = step % 2; row < Count; row += 2)
                rows.Set(row, forgotten, step % 10 == 0 ? DrawnRows.Given : DrawnRows.Unknown);
        }
    }

    [Theory]
    [InlineData(0, 1, 2, 3, 4)]
    [InlineData(1, 2, 3, 4, 0)]
    [InlineData(3, 4, 1, 0, 2)]
    public void Rows_are_drawn_as_the_whole_network_says(params int[] order)
    {
        const int Rows = 300;
        const ulong Seed = 6;
        int[] made = new int[Rows * Columns], expected = new int[Rows * Columns];
        new MaskedSampler(s_tokenizer, s_predictor, order).MakeTokens(made, 0, Rows, Seed, new ConcurrentBag<Workspace>(), default);

        using ManagedEngine engine = new(threads: 1);
        using Tape tape = engine.CreateTape(training: false);
        expected.AsSpan().Fill(-1);
        foreach (int column in order)
        {
            float[] logits = Whole(tape, s_network, expected);
            for (int row = 0; row < Rows; row++)
            {
                float[] own = OfColumn(logits, row, column);
                float[] weights = [.. own.Select(logit => MathF.Exp(logit - own.Max()))];
                double left = new Philox(Seed, (ulong)row).Fork(0).Uniform((ulong)column) * weights.Sum(weight => (double)weight);
                expected[(row * Columns) + column] = Array.FindIndex(weights, weight => (left -= weight) < 0);
            }
        }
        Assert.Equal(expected, made);
    }

    private static float[] OfColumn(float[] logits, int row, int column)
    {
        (int start, int length) = s_tokenizer.Groups[column];
        return logits.AsSpan((row * s_tokenizer.SlotCount) + start, length).ToArray();
    }

    private static float[] Whole(Tape tape, MaskedDenoiser network, int[] tokens)
    {
        int columns = network.Input.Columns, rows = tokens.Length / columns;
        tape.Reset();
        Tensor input = tape.Input(new Shape(rows, network.Input.Width));
        for (int row = 0; row < rows; row++)
            network.Input.Write(tokens.AsSpan(row * columns, columns), input.Data.Slice(row * input.Columns, input.Columns));
        return network.Forward(tape, input).Data.ToArray();
    }

    private static MaskedDenoiser Network(TableTokenizer tokenizer)
    {
        // No multiple of any vector.
        var network = new MaskedDenoiser(tokenizer, width: 21, blocks: 2, dropout: 0, new Philox(1));
        ulong stream = 0;
        foreach (Parameter parameter in network.Parameters())
            Initializer.Normal(parameter, 0.3f, new Philox(7, stream++));
        return network;
    }

    private static Table Values(int rows)
    {
        Table table = new(
            [
                TableColumn.Numeric("x"), TableColumn.Categorical("kind", "a", "b", "c"), TableColumn.Numeric("count"),
                TableColumn.Numeric("y"), TableColumn.Categorical("last", "no", "yes"),
            ],
            rows);
        for (int row = 0; row < rows; row++)
        {
            Philox own = new(2, (ulong)row);
            (table[row, 0], table[row, 1], table[row, 4]) = (own.Normal(0), own.Below(3, 3), own.Below(6, 2));
            table[row, 2] = own.Uniform(1) < 0.1 ? double.NaN : own.Below(2, 4);
            table[row, 3] = own.Uniform(4) < 0.2 ? double.NaN : own.Uniform(5);
        }
        return table;
    }
}
