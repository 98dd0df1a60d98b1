using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class ColumnPredictorTests
{
    [Fact]
    public void One_column_asked_for_has_the_logits_that_the_whole_network_gives_it()
    {
        const int Rows = 5;
        Table table = Values(400);
        TableTokenizer tokenizer = TableTokenizer.Fit(table, bins: 12, warnings: []);
        TokenRows encoded = tokenizer.Encode(table);
        int columns = tokenizer.Encoded.Length;
        Assert.Contains(tokenizer.Encoded, column => column.Positions.Length >= 9);
        var network = new MaskedDenoiser(tokenizer, width: 21, blocks: 2, dropout: 0, new Philox(1));
        ulong stream = 0;
        foreach (Parameter parameter in network.Parameters())
        {
            Span<float> values = parameter.Update();
            new Philox(7, stream++).FillNormal(values);
            foreach (ref float value in values)
                value *= 0.2f;
        }

        using var engine = new ManagedEngine(threads: 1);
        using Tape whole = engine.CreateTape(training: false), alone = engine.CreateTape(training: false);
        var predictor = new ColumnPredictor(network, tokenizer.Groups);
        int[] known = [0, columns - 1];
        Tensor input = whole.Input(new Shape(Rows, network.Input.Width));
        for (int row = 0; row < Rows; row++)
        {
            int[] told = [.. Enumerable.Range(0, columns).Select(i => known.Contains(i) ? encoded.Tokens[(row * columns) + i] : -1)];
            network.Input.Write(told, encoded.Places.AsSpan(row * columns, columns), input.Data.Slice(row * input.Columns, input.Columns));
        }
        Tensor expected = network.Forward(whole, input);
        for (int column = 0; column < columns; column++)
        {
            (int start, int length) = tokenizer.Groups[column];
            Tensor logits = predictor.Predict(alone, encoded, [.. Enumerable.Range(0, Rows)], known, column);
            for (int row = 0; row < Rows; row++)
            {
                for (int token = 0; token < length; token++)
                    Assert.Equal(expected.Data[(row * expected.Columns) + start + token], logits.Data[(row * length) + token], 1e-3f);
            }
        }
    }

    private static Table Values(int rows)
    {
        Table table = new([TableColumn.Numeric("x"), TableColumn.Categorical("kind", "a", "b", "c"), TableColumn.Numeric("count")], rows);
        for (int row = 0; row < rows; row++)
        {
            Philox own = new(2, (ulong)row);
            (table[row, 0], table[row, 1]) = (own.Normal(0), own.Below(3, 3));
            table[row, 2] = own.Uniform(1) < 0.1 ? double.NaN : own.Below(2, 4);
        }
        return table;
    }
}
