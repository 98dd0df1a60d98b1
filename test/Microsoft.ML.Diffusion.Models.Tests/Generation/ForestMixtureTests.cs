using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests.Generation;

/// <summary>Forests beside a network that knows nothing.</summary>
public class ForestMixtureTests
{
    private const int RowCount = 2000, Made = 2000, Label = 3;

    private static readonly Table s_stripes = Stripes(areDependent: true);
    private static readonly MaskedSampler s_sampler = Fitted(s_stripes, out _)!;

    [Fact]
    public void Columns_follow_from_those_drawn_before_although_the_network_knows_nothing()
    {
        Table made = Make(label: null);

        Assert.InRange(Share(made, row => made[row, 1] == Stripe(made[row, 0])), 0.93, 1);
        // In the real rows the number rises by one from stripe to stripe, with a deviation of .1.
        Assert.InRange(Share(made, row => Math.Abs(made[row, 2] - made[row, 1]) < 0.5), 0.93, 1);
        Assert.InRange(Share(made, row => made[row, Label] == Parity(made[row, 1])), 0.93, 1);
    }

    [Fact]
    public void They_follow_from_a_given_label_too()
    {
        Table made = Make(label: 1);

        Assert.InRange(Share(made, row => Stripe(made[row, 0]) % 2 == 1), 0.9, 1);
        Assert.InRange(Share(made, row => made[row, 1] == Stripe(made[row, 0])), 0.9, 1);
    }

    [Fact]
    public void A_row_of_which_something_else_is_known_is_left_to_the_network()
    {
        ForestMixture forests = Forests(s_stripes, out TableTokenizer tokenizer)!;
        int[] row = tokenizer.Encode(s_stripes)[..s_stripes.Columns.Count];
        float[] logits = new float[tokenizer.Encoded[1].Count];

        // The number is drawn after this column.
        forests.Mix(1, [row[0], -1, row[2], -1], logits);
        Assert.All(logits, logit => Assert.Equal(0, logit));

        forests.Mix(1, [row[0], -1, -1, -1], logits);
        Assert.Equal(1, logits.Sum(logit => Math.Exp(logit)), 1e-4);
        Assert.Equal(row[1], Array.IndexOf(logits, logits.Max()));
    }

    [Fact]
    public void Where_several_columns_are_drawn_at_once_there_is_no_forest()
    {
        const int Columns = MaskedSampler.MostPasses + 1;
        Table wide = new([.. Enumerable.Range(0, Columns).Select(i => TableColumn.Numeric($"c{i}"))], RowCount);
        for (int row = 0; row < RowCount; row++)
            wide.Row(row).Fill(row % 2);
        Assert.Null(Forests(wide, out _));
    }

    [Fact]
    public void Where_columns_do_not_depend_on_each_other_there_is_no_forest() => Assert.Null(Forests(Stripes(areDependent: false), out _));

    [Fact]
    public void Without_held_back_rows_there_is_no_forest()
    {
        (TableTokenizer tokenizer, int[] tokens, ColumnPredictor network) = Untrained(s_stripes);
        using var engine = new ManagedEngine(threads: 1);
        Assert.Null(ForestFit.Fit(
            network, tokenizer.Encoded, tokens, [0, 1, 2, 3], hasLabel: true, [], engine, new Philox(5), TrainingDeadline.None, default));
    }

    [Fact]
    public void A_saved_forest_makes_the_same_rows()
    {
        using var file = new MemoryStream();
        using (var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true))
            s_sampler.Save(writer);
        file.Position = 0;
        var loaded = MaskedSampler.Load(new BinaryReader(file));

        int[] before = new int[100 * s_stripes.Columns.Count], after = new int[before.Length];
        s_sampler.MakeTokens(before, 0, 100, seed: 3, [], default);
        loaded.MakeTokens(after, 0, 100, seed: 3, [], default);
        Assert.Equal(before, after);
        Assert.Equal(file.Length, file.Position);
    }

    private static double Share(Table table, Func<int, bool> holds) =>
        Enumerable.Range(0, table.RowCount).Count(holds) / (double)table.RowCount;

    private static Table Make(double? label)
    {
        var made = new Table(s_stripes.Columns, Made);
        for (int row = 0; row < Made; row++)
            made[row, Label] = label ?? double.NaN;
        var conditions = new GenerationConditions(s_stripes.Columns);
        s_sampler.Complete(made, 0, Made, conditions, seed: 1, firstId: 0, new Workspace(new ManagedEngine(threads: 1)), default);
        return made;
    }

    private static MaskedSampler? Fitted(Table table, out TableTokenizer tokenizer)
    {
        ForestMixture? forests = Forests(table, out tokenizer);
        return new MaskedSampler(tokenizer, Untrained(table).Network.With(forests), [0, 1, 2, 3]);
    }

    private static ForestMixture? Forests(Table table, out TableTokenizer tokenizer)
    {
        (tokenizer, int[] tokens, ColumnPredictor network) = Untrained(table);
        using var engine = new ManagedEngine(threads: 1);
        return ForestFit.Fit(
            network, tokenizer.Encoded, tokens, [.. Enumerable.Range(0, table.Columns.Count)], hasLabel: true,
            [.. Enumerable.Range(0, 400)], engine, new Philox(5), TrainingDeadline.None, default);
    }

    /// <summary>A network that knows how often each token comes, and nothing else.</summary>
    private static (TableTokenizer Tokenizer, int[] Tokens, ColumnPredictor Network) Untrained(Table table)
    {
        TableTokenizer tokenizer = TableTokenizer.Fit(table, bins: 24, []);
        int[] tokens = tokenizer.Encode(table);
        int width = table.Columns.Count;
        var denoiser = new MaskedDenoiser(tokenizer, width: 8, blocks: 1, dropout: 0, new Philox(1));
        denoiser.StartFrom([.. Enumerable.Range(0, width).SelectMany(column => Enumerable.Range(0, tokenizer.Encoded[column].Count).Select(
            token => MathF.Log((0.5f + Enumerable.Range(0, RowCount).Count(row => tokens[(row * width) + column] == token)) / RowCount)))]);
        return (tokenizer, tokens, new ColumnPredictor(denoiser, tokenizer.Groups));
    }

    private static int Stripe(double place) => (int)(place * 6);

    private static int Parity(double stripe) => (int)stripe % 2;

    /// <summary>A place in [0, 1), the stripe of six that it is in, a number about the stripe's, and whether the stripe is odd; or all of
    /// these at random.</summary>
    private static Table Stripes(bool areDependent)
    {
        Table table = new(
            [
                TableColumn.Numeric("place"), TableColumn.Categorical("stripe", "a", "b", "c", "d", "e", "f"),
                TableColumn.Numeric("number"), TableColumn.Categorical("odd", "no", "yes"),
            ],
            RowCount);
        var random = new Philox(7);
        for (int row = 0; row < RowCount; row++)
        {
            Philox own = random.Fork((ulong)row);
            double Place(ulong index) => own.Uniform(areDependent ? 0 : index);
            (table[row, 0], table[row, 1]) = (Place(0), Stripe(Place(1)));
            (table[row, 2], table[row, Label]) = (Stripe(Place(2)) + (0.1 * (own.Uniform(4) - 0.5)), Parity(Stripe(Place(3))));
        }
        return table;
    }
}
