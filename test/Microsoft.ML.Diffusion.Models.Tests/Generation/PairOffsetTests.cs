using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests.Generation;

/// <summary>Codes of records that come together.</summary>
public class PairOffsetTests
{
    private const int Codes = 40, RowCount = 600;

    private static readonly Table s_records = Records();

    [Fact]
    public void Codes_come_together_as_often_as_in_the_records_although_the_network_knows_nothing()
    {
        TableTokenizer tokenizer = TableTokenizer.Fit(s_records, bins: 8, []);
        int[] tokens = tokenizer.Encode(s_records), order = [.. Enumerable.Range(0, Codes)];
        ColumnPredictor untrained = new(new MaskedDenoiser(tokenizer, width: 8, blocks: 1, dropout: 0, new Philox(1)), tokenizer.Groups);
        var corrections = DrawCorrections.Fit(
            corrections => new MaskedSampler(tokenizer, untrained, order, corrections: corrections), tokenizer, tokens, label: null,
            TrainingDeadline.None, default);
        double[] wanted = Phi(tokens);

        int[] alone = Make(null), made = Make(corrections);

        Assert.InRange(Correlation(wanted, Phi(alone)), -0.2, 0.2);
        Assert.InRange(Correlation(wanted, Phi(made)), 0.8, 1);
        // And a record has as many codes, whose number differs more than coin flips (.52) would have it.
        (double mean, double deviation) = CodesOf(tokens);
        (double madeMean, double madeDeviation) = CodesOf(made);
        Assert.InRange(madeMean / mean, 0.9, 1.1);
        Assert.InRange(madeDeviation / deviation, 0.65, 1.25);

        int[] Make(DrawCorrections? corrections)
        {
            int[] rows = new int[2000 * Codes];
            new MaskedSampler(tokenizer, untrained, order, corrections: corrections).MakeTokens(rows, 0, 2000, seed: 2, [], default);
            return rows;
        }
    }

    [Fact]
    public void Shares_of_pairs_are_counted_of_the_rarer_values()
    {
        // Of the second column 0 is the rarer one; the last has three values and no pair.
        Table table = new([.. Enumerable.Range(0, 9).Select(column => TableColumn.Numeric($"c{column}"))], 10);
        for (int row = 0; row < 10; row++)
        {
            for (int column = 0; column < 8; column++)
                table[row, column] = row < 3 ? 1 : 0;
            (table[row, 1], table[row, 8]) = (row is 0 or 1 or 9 ? 0 : 1, row % 3);
        }
        TableTokenizer tokenizer = TableTokenizer.Fit(table, bins: 8, []);
        int[] tokens = tokenizer.Encode(table);

        PairOffsets pairs = PairOffsets.Of(tokenizer.Encoded, tokens, label: null)!;

        // The pairs of the columns 0 and 1, 0 and 2, 1 and 2.
        Assert.Equal([0.2, 0.3, 0.2], pairs.Shares(tokens)[..3]);
        Assert.Equal(8 * 7 / 2, pairs.Count);
        // Without the label too few are left.
        Assert.Null(PairOffsets.Of(tokenizer.Encoded, tokens, label: 0));
    }

    [Fact]
    public void Offsets_are_added_where_both_rarer_values_meet_counted_and_saved()
    {
        TableTokenizer tokenizer = TableTokenizer.Fit(s_records, bins: 8, []);
        int[] tokens = tokenizer.Encode(s_records);
        PairOffsets none = PairOffsets.Of(tokenizer.Encoded, tokens, label: null)!;
        Assert.Equal(Codes * (Codes - 1) / 2, none.Count);
        PairOffsets pairs = none.With([.. Enumerable.Range(0, none.Count).Select(pair => pair + 1.0)]);
        int[] row = new int[Codes];
        Array.Fill(row, -1);
        // Of column 3 the pairs with columns 0, 1, 2 are numbers 3, 4, 5.
        (row[0], row[1], row[2]) = (1, 0, 1);
        float[] logits = [0, 0];
        double[] both = new double[pairs.Count];

        pairs.Add(3, row, logits);
        pairs.Expect(3, row, [1, 3], both);

        Assert.Equal([0f, 4 + 6], logits);
        Assert.Equal(0.75, both[3]);
        Assert.Equal(0, both[4]);
        Assert.Equal(0.75, both[5]);
        using MemoryStream stream = new();
        using (BinaryWriter writer = new(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            pairs.Save(writer);
        stream.Position = 0;
        float[] again = [0, 0];
        using BinaryReader reader = new(stream);
        PairOffsets.Load(reader, tokenizer.Encoded).Add(3, row, again);
        Assert.Equal(logits, again);
    }

    // Records of four illnesses, each with ten codes.
    private static Table Records()
    {
        Table table = new([.. Enumerable.Range(0, Codes).Select(code => TableColumn.Numeric($"code{code}"))], RowCount);
        for (int row = 0; row < RowCount; row++)
        {
            Philox random = new(7, (ulong)row);
            for (int code = 0; code < Codes; code++)
            {
                bool isIll = random.Fork(1).Uniform((ulong)(code / 10)) < 0.3;
                table[row, code] = random.Uniform((ulong)code) < (isIll ? 0.5 : 0.04) ? 1 : 0;
            }
        }
        return table;
    }

    private static double[] Phi(int[] tokens)
    {
        List<double> phi = [];
        for (int i = 0; i < Codes; i++)
        {
            for (int j = 0; j < i; j++)
                phi.Add(Correlation(Column(tokens, i), Column(tokens, j)));
        }
        return [.. phi];
    }

    private static double[] Column(int[] tokens, int column) => [.. tokens.Chunk(Codes).Select(row => (double)row[column])];

    private static (double Mean, double Deviation) CodesOf(int[] tokens)
    {
        double[] counts = [.. tokens.Chunk(Codes).Select(row => (double)row.Sum())];
        double mean = counts.Average();
        return (mean, Math.Sqrt(counts.Average(count => (count - mean) * (count - mean))));
    }

    private static double Correlation(double[] p, double[] q)
    {
        (double meanP, double meanQ) = (p.Average(), q.Average());
        double pp = p.Sum(x => (x - meanP) * (x - meanP)), qq = q.Sum(x => (x - meanQ) * (x - meanQ));
        return p.Zip(q, (x, y) => (x - meanP) * (y - meanQ)).Sum() / Math.Sqrt(Math.Max(1e-12, pp * qq));
    }
}
