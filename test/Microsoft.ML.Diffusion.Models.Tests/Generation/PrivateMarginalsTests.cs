using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class PrivateMarginalsTests
{
    [Fact]
    public void What_was_spent_stays_within_the_budget_and_is_saved()
    {
        PrivateMarginalsOptions options = new() { Epsilon = 2, Delta = 1e-6, LabelColumn = Generators.Label, NoiseSeed = 1 };
        var generator = (DiffusionGenerator)options.Registration.Train(Generators.Rows, options);
        Assert.Equal(2, generator.Privacy!.Budget.Epsilon);
        Assert.True(generator.Privacy.HasKnownNoise);
        Assert.InRange(generator.Privacy.SpentRho, 0.99 * generator.Privacy.Rho, generator.Privacy.Rho * (1 + 1e-9));
        Assert.Equal(5e-7, generator.Privacy.ThresholdDelta, 1e-12);
        using MemoryStream stream = new();
        generator.Save(new BinaryWriter(stream));
        stream.Position = 0;
        DiffusionGenerator loaded = GenerationMethods.Load(new BinaryReader(stream));
        Assert.Equal(generator.Privacy.Budget, loaded.Privacy!.Budget);
        Assert.Equal(generator.Privacy.Expenses, loaded.Privacy.Expenses);
        Assert.Null(Generators.Of("masked").Privacy);
    }

    [Fact]
    public void The_seed_of_the_noise_decides_on_the_model_and_without_one_each_training_differs()
    {
        long[] Made(int? noiseSeed, ulong seed)
        {
            PrivateMarginalsOptions options = new() { NoiseSeed = noiseSeed, Seed = seed };
            return Simulated.Bits(options.Registration.Train(Generators.Rows, options).Generate(50, seed: 1));
        }
        Assert.Equal(Made(4, 0), Made(4, 9));
        Assert.NotEqual(Made(4, 0), Made(5, 0));
        Assert.NotEqual(Made(null, 0), Made(null, 0));
    }

    [Fact]
    public void Declared_domains_are_kept_even_where_no_row_has_a_value_of_them()
    {
        Table table = new([TableColumn.Categorical("ward", "A", "B"), TableColumn.Numeric("age")], 500);
        for (int row = 0; row < table.RowCount; row++)
            (table[row, 0], table[row, 1]) = (row % 2, 30 + (row % 40));
        PrivateMarginalsOptions options = new() { Domains = ["ward=A|B|C", "age=0..50"], NoiseSeed = 1, Epsilon = 5 };
        TableGenerator generator = options.Registration.Train(table, options);
        Assert.Equal(["A", "B", "C"], generator.Columns[0].Categories);
        Table made = generator.Generate(2000);
        for (int row = 0; row < made.RowCount; row++)
        {
            Assert.InRange(made[row, 1], 0, 50);
            Assert.Equal(Math.Round(made[row, 1]), made[row, 1]);
        }
        Assert.Equal(0, ((DiffusionGenerator)generator).Privacy!.ThresholdDelta);
        void Refused(string domain, string part)
        {
            PrivateMarginalsOptions wrong = new() { Domains = [domain] };
            string said = Assert.Throws<InvalidDataException>(() => wrong.Registration.Train(table, wrong)).Message;
            Assert.Contains(part, said, StringComparison.Ordinal);
        }
        Refused("weight=1..2", "names no column");
        Refused("age=50..0", "MIN..MAX");
        Refused("ward=A|A", "twice");
    }

    [Fact]
    public void What_noise_hides_is_asked_for_and_never_made_up()
    {
        Table table = new(
            [TableColumn.Numeric("age"), TableColumn.Categorical("town", "A", "B", "C"), TableColumn.Categorical("label", "no", "yes")],
            60);
        for (int row = 0; row < table.RowCount; row++)
            (table[row, 0], table[row, 1], table[row, 2]) = (30 + (row % 40), row % 3, row % 2);
        string Refused(params string[] domains)
        {
            PrivateMarginalsOptions options = new() { Epsilon = 0.1, NoiseSeed = 1, LabelColumn = 2, Domains = domains };
            return Assert.Throws<InvalidDataException>(() => options.Registration.Train(table, options)).Message;
        }
        Assert.StartsWith("The noise hides the values of 'age', 'label':", Refused(), StringComparison.Ordinal);
        Assert.StartsWith("The noise hides the values of 'label':", Refused("age=0..120"), StringComparison.Ordinal);
        // Without its towns a row is still one.
        PrivateMarginalsOptions declared = new()
        {
            Epsilon = 0.1, NoiseSeed = 1, LabelColumn = 2, Domains = ["age=0..120", "label=no|yes"],
        };
        Said said = new();
        Table made = declared.Registration.Train(table, declared, said).Generate(100);
        Assert.Contains(said.Messages, message => message.Contains("hides every category of 'town'", StringComparison.Ordinal));
        for (int row = 0; row < made.RowCount; row++)
        {
            Assert.InRange(made[row, 0], 0, 120);
            Assert.Equal(double.NaN, made[row, 1]);
        }
    }

    [Fact]
    public void A_range_is_not_widened_by_chance()
    {
        // With four deviations in place of five one column in a hundred and fifty had numbers of many digits more.
        for (int seed = 0; seed < 300; seed++)
        {
            Table table = new([TableColumn.Numeric("age")], 2000);
            for (int row = 0; row < table.RowCount; row++)
                table[row, 0] = 20 + (row % 60);
            PrivateMarginalsOptions options = new() { NoiseSeed = seed };
            Table made = options.Registration.Train(table, options).Generate(200);
            for (int row = 0; row < made.RowCount; row++)
                Assert.InRange(made[row, 0], 0, 1000);
        }
    }

    private sealed class Said : IProgress<Core.Training.TrainingProgress>
    {
        public List<string> Messages { get; } = [];

        public void Report(Core.Training.TrainingProgress value) => Messages.Add(value.Message ?? string.Empty);
    }

    [Fact]
    public void Numbers_that_repeat_and_missing_cells_come_back_as_often()
    {
        // Half of the amounts are 0, a fifth 40, some are missing; the rest is spread.
        Table table = new([TableColumn.Numeric("amount"), TableColumn.Categorical("label", "a", "b")], 20_000);
        for (int row = 0; row < table.RowCount; row++)
        {
            table[row, 0] = (row % 10) switch { < 5 => 0, < 7 => 40, 7 => double.NaN, _ => 100 + (row % 1000) };
            table[row, 1] = row % 10 < 5 ? 0 : 1;
        }
        PrivateMarginalsOptions options = new() { NoiseSeed = 1, LabelColumn = 1 };
        TableGenerator generator = options.Registration.Train(table, options);
        Table made = generator.Generate(10_000, new GenerationConditions(generator.Columns) { KeepMissing = true });
        double Share(Func<int, bool> holds) => Enumerable.Range(0, made.RowCount).Count(holds) / (double)made.RowCount;
        Assert.Equal(0.5, Share(row => made[row, 0] == 0), 0.03);
        Assert.Equal(0.2, Share(row => made[row, 0] == 40), 0.04);
        Assert.Equal(0.1, Share(row => double.IsNaN(made[row, 0])), 0.03);
        // And together with the label.
        Assert.InRange(Share(row => made[row, 0] == 0 && made[row, 1] == 1), 0, 0.03);
        Table complete = generator.Generate(500);
        Assert.DoesNotContain(Enumerable.Range(0, 500), row => double.IsNaN(complete[row, 0]));
        Table within = generator.Generate(500, new GenerationConditions(generator.Columns).Within(0, new ValueRange(200, 300)));
        Assert.All(Enumerable.Range(0, 500), row => Assert.InRange(within[row, 0], 200, 300));
    }

    public static TheoryData<string> Extremes => [.. ExtremeTables.Names];

    [Theory]
    [MemberData(nameof(Extremes))]
    public void Extreme_tables_give_finite_numbers_or_are_said_to_be_too_small(string name)
    {
        Table table = ExtremeTables.Of(name);
        PrivateMarginalsOptions options = new() { NoiseSeed = 2, Epsilon = 1000 };
        Exception? refused = Record.Exception(() => options.Registration.Train(table, options));
        if (refused is not null)
        {
            string said = Assert.IsType<InvalidDataException>(refused).Message;
            Assert.StartsWith("The noise hides the values of", said, StringComparison.Ordinal);
            Assert.True(table.RowCount < 50, "so much epsilon shows the range of many rows");
            return;
        }
        Table made = options.Registration.Train(table, options).Generate(40, seed: 3);
        for (int row = 0; row < made.RowCount; row++)
            Assert.DoesNotContain(made.Row(row).ToArray(), double.IsInfinity);
    }
}
