using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class MaskedGenerationTests
{
    private static readonly string[] s_letters = ["a", "b", "c", "d", "e", "f", "g", "h"];

    [Fact]
    public void Numbers_lie_within_their_range_and_the_rest_of_the_row_follows()
    {
        DiffusionGenerator generator = Generators.Of("masked");
        Table made = generator.Generate(1000, Generators.Conditions(Generators.Rows).Within(1, new(14, 16)), seed: 1);
        Assert.All(Rows(made), row => Assert.InRange(made[row, 1], 14, 16));
        // E[x | y] = correlation (y - mean) / deviation.
        double expected = Simulated.Correlation * (Rows(made).Average(row => made[row, 1]) - Simulated.MeanOfY) / Simulated.DeviationOfY;
        Assert.Equal(expected, Rows(made).Average(row => made[row, 0]), 0.15);
    }

    [Fact]
    public void A_number_that_is_zero_half_the_time_comes_back_so_and_whole_values_stay_whole()
    {
        Table table = new([TableColumn.Numeric("gain"), TableColumn.Numeric("size"), TableColumn.Categorical("kind", "none", "some")], 1500);
        for (int row = 0; row < table.RowCount; row++)
        {
            Philox own = new(8, (ulong)row);
            bool isZero = own.Uniform(0) < 0.5;
            table[row, 0] = isZero ? 0 : 100 + 50 * own.Normal(1);
            table[row, 1] = own.Below(2, 4) * 2;
            table[row, 2] = isZero ? 0 : 1;
        }
        Table made = Train(table).Generate(1000);
        Assert.Equal(0.5, Rows(made).Average(row => made[row, 0] == 0 ? 1.0 : 0), 0.06);
        Assert.Equal(1, Rows(made).Average(row => (made[row, 0] == 0) == (made[row, 2] == 0) ? 1.0 : 0), 0.03);
        Assert.All(Rows(made), row => Assert.Contains(made[row, 1], new double[] { 0, 2, 4, 6 }));
    }

    [Fact]
    public void Rare_codes_of_a_wide_table_come_as_often_as_in_training()
    {
        const int Codes = 40;
        Table table = new([.. Enumerable.Range(0, Codes).Select(i => TableColumn.Categorical($"code{i}", "no", "yes"))], 500);
        for (int row = 0; row < table.RowCount; row++)
        {
            Philox own = new(9, (ulong)row);
            for (int i = 0; i < Codes; i++)
                table[row, i] = own.Uniform((ulong)i) < 0.02 ? 1 : 0;
        }
        Table made = Train(table).Generate(20_000);
        double[] wanted = [.. Enumerable.Range(0, Codes).Select(i => Rows(table).Average(row => table[row, i]))];
        double off = Enumerable.Range(0, Codes).Sum(i => Math.Abs(Rows(made).Average(row => made[row, i]) - wanted[i]));
        Assert.InRange(off / wanted.Sum(), 0, 0.08);
    }

    [Fact]
    public void Cells_are_missing_when_asked_for_and_only_then()
    {
        Table table = Simulated.Pairs(1500);
        // The larger x, the likelier y is missing.
        for (int row = 0; row < table.RowCount; row++)
            table[row, 1] = table[row, 0] > 0.5 && new Philox(4, (ulong)row).Uniform(0) < 0.8 ? double.NaN : table[row, 1];
        DiffusionGenerator generator = Train(table);

        Table complete = generator.Generate(1500, seed: 1);
        Assert.DoesNotContain(Rows(complete), row => double.IsNaN(complete[row, 1]));
        // Its mean is that of all rows, not that of the observed cells, which is 9.1.
        Assert.Equal(Simulated.MeanOfY, Rows(complete).Average(row => complete[row, 1]), 0.4);

        Table holes = generator.Generate(1500, new(table.Columns) { KeepMissing = true }, seed: 1);
        Assert.Equal(Simulated.Missing(table, 1) / 1500.0, Simulated.Missing(holes, 1) / 1500.0, 0.05);
        Assert.Equal(0, Simulated.Missing(holes, 0));
        double wrong = Rows(holes).Average(row => holes[row, 0] < 0.2 && double.IsNaN(holes[row, 1]) ? 1.0 : 0);
        Assert.InRange(wrong, 0, 0.03);

        Table missing = generator.Generate(500, new GenerationConditions(table.Columns).Missing(1).Missing(2), seed: 1);
        Assert.Equal([500, 500], [Simulated.Missing(missing, 1), Simulated.Missing(missing, 2)]);
        Assert.InRange(Rows(missing).Average(row => missing[row, 0]), 0.8, 1.4);
    }

    [Fact]
    public void Complete_rows_have_the_categories_of_rows_of_which_most_is_missing()
    {
        Table whole = Simulated.Pairs(2000), holes = Simulated.Pairs(2000);
        for (int row = 0; row < holes.RowCount; row++)
        {
            // A category that seven rows in ten have.
            whole[row, 2] = holes[row, 2] = whole[row, 0] > -0.5 ? 1 : 0;
            for (int column = 0; column < 3; column++)
                holes[row, column] = new Philox(8, (ulong)row).Uniform((ulong)column) < 0.7 ? double.NaN : holes[row, column];
        }
        Table made = Train(holes).Generate(2000, seed: 1);
        Assert.Equal(Rows(whole).Average(row => whole[row, 2]), Rows(made).Average(row => made[row, 2]), 0.08);
        Assert.InRange(Rows(made).Average(row => (made[row, 0] > -0.5) == (made[row, 2] == 1) ? 1.0 : 0), 0.8, 1);
    }

    [Fact]
    public void Cells_are_missing_together_as_in_the_training_rows()
    {
        // In a fifth of the rows x and the category are missing together, and y in a tenth of the others.
        Table table = Simulated.Pairs(1500);
        for (int row = 0; row < table.RowCount; row++)
        {
            Philox own = new(5, (ulong)row);
            if (own.Uniform(0) < 0.2)
                (table[row, 0], table[row, 2]) = (double.NaN, double.NaN);
            else if (own.Uniform(1) < 0.1)
                table[row, 1] = double.NaN;
        }
        DiffusionGenerator generator = Train(table);
        Table made = generator.Generate(2000, new(table.Columns) { KeepMissing = true }, seed: 1);
        double Share(Table of, params int[] missing) => Rows(of).Average(row =>
            Enumerable.Range(0, 3).All(i => double.IsNaN(of[row, i]) == missing.Contains(i)) ? 1.0 : 0);
        Assert.Equal(Share(table, 0, 2), Share(made, 0, 2), 0.03);
        Assert.Equal(Share(table, 1), Share(made, 1), 0.02);
        Assert.InRange(Share(made, 0) + Share(made, 2) + Share(made, 0, 1, 2), 0, 0.02);

        GenerationConditions present = new(table.Columns) { KeepMissing = true };
        present.Present(2);
        Table labelled = generator.Generate(500, present, seed: 1);
        Assert.Equal(0, Simulated.Missing(labelled, 2));
        Assert.InRange(Simulated.Missing(labelled, 0), 50, 150);
    }

    [Fact]
    public void Values_that_repeat_and_categories_come_back_as_often_after_a_short_training()
    {
        Table table = new(
            [TableColumn.Numeric("rate"), TableColumn.Categorical("first", s_letters), TableColumn.Categorical("second", s_letters)], 3000);
        for (int row = 0; row < table.RowCount; row++)
        {
            Philox own = new(6, (ulong)row);
            // Of the numbers, 3 % are 0.2 and 2 % are 0.1, too few for a bin of their own.
            table[row, 0] = own.Uniform(0) is var which && which < 0.03f ? 0.2 : which < 0.05f ? 0.1 : own.Uniform(1);
            table[row, 1] = own.Below(2, s_letters.Length);
            table[row, 2] = (table[row, 1] + own.Below(3, 2)) % s_letters.Length;
        }
        Table made = Train(table, steps: 300).Generate(4000, seed: 2);
        Assert.Equal(0.03, Rows(made).Average(row => made[row, 0] == 0.2 ? 1.0 : 0), 0.01);
        Assert.Equal(0.02, Rows(made).Average(row => made[row, 0] == 0.1 ? 1.0 : 0), 0.01);
        for (int letter = 0; letter < s_letters.Length; letter++)
        {
            double Share(Table of) => Rows(of).Average(row => of[row, 2] == letter ? 1.0 : 0);
            Assert.Equal(Share(table), Share(made), 0.02);
        }
        // No training row has a letter with one that is neither itself nor the next.
        Assert.InRange(Rows(made).Average(row => (made[row, 2] - made[row, 1] + s_letters.Length) % s_letters.Length > 1 ? 1.0 : 0), 0, 0.003);
    }

    [Fact]
    public void Rare_categories_come_back_too()
    {
        const int Categories = 3000;
        Table table = new([TableColumn.Categorical("code", Enumerable.Range(0, Categories).Select(i => $"c{i}")), TableColumn.Numeric("x")], 6000);
        for (int row = 0; row < table.RowCount; row++)
        {
            table[row, 0] = row < 3000 ? row % 100 : row % Categories;
            table[row, 1] = table[row, 0] < 100 ? 1 : 0;
        }
        Table made = Train(table, steps: 300).Generate(2000);
        // The 100 frequent ones 31 times each; of the others each once, most of them without a token of their own.
        double rare = Rows(made).Average(row => made[row, 0] >= 100 ? 1.0 : 0);
        Assert.Equal(2900 / 6000.0, rare, 0.06);
        Assert.True(Rows(made).Select(row => made[row, 0]).Distinct().Count() > 600);
    }

    [Fact]
    public void Constants_empty_columns_and_a_label_with_one_class_come_back()
    {
        Table table = new([TableColumn.Numeric("x"), TableColumn.Numeric("seven"), TableColumn.Numeric("nothing"), TableColumn.Categorical("label", "a", "b")], 60);
        for (int row = 0; row < 60; row++)
            (table[row, 0], table[row, 1], table[row, 3]) = (row, 7, 1);
        Table made = Train(table, steps: 20, label: 3).Generate(30);
        Assert.All(Rows(made), row => Assert.Equal((7, double.NaN, 1), (made[row, 1], made[row, 2], made[row, 3])));
        Assert.All(Rows(made), row => Assert.InRange(made[row, 0], 0, 59));
        // A value that was never seen is kept.
        Table other = Train(table, steps: 20, label: 3).Generate(5, new GenerationConditions(table.Columns).Fix(3, 0).Fix(1, 8));
        Assert.All(Rows(other), row => Assert.Equal((8, 0), (other[row, 1], other[row, 3])));
        Assert.Throws<ArgumentException>(() => Train(table, steps: 1).Generate(1, new GenerationConditions(table.Columns).Within(1, new(8, 9))));

        Table constant = new([TableColumn.Numeric("seven")], 3);
        (constant[0, 0], constant[1, 0], constant[2, 0]) = (7, 7, 7);
        DiffusionGenerator trivial = Train(constant);
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        trivial.Save(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        Table sevens = GenerationMethods.Load(reader).Generate(2);
        Assert.Equal([7, 7], [sevens[0, 0], sevens[1, 0]]);
    }

    [Fact]
    public void One_row_and_a_class_with_one_row_are_enough()
    {
        Table one = Simulated.Pairs(1);
        Assert.Equal(one.Row(0).ToArray(), Train(one, steps: 5).Generate(1).Row(0).ToArray());
        Table table = Simulated.Pairs(50);
        for (int row = 0; row < 50; row++)
            table[row, 2] = row == 0 ? 1 : 0;
        Table made = Train(table, steps: 20).Generate(5, new GenerationConditions(table.Columns).Fix(2, 1));
        Assert.All(Rows(made), row => Assert.True(made[row, 2] == 1 && double.IsFinite(made[row, 0])));
    }

    [Fact]
    public void A_column_takes_one_condition()
    {
        GenerationConditions conditions = Generators.Conditions(Generators.Rows).Fix(0, 1);
        Assert.Contains("'x'", Assert.Throws<ArgumentException>(() => conditions.Within(0, ValueRange.All)).Message);
        Assert.Throws<ArgumentException>(() => conditions.Missing(0));
        Assert.Throws<ArgumentException>(() => conditions.Within(2, ValueRange.All));
        Assert.Throws<ArgumentException>(() => conditions.Within(1, new(2, 1)));
        Assert.Throws<ArgumentException>(() => conditions.Fix(2, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => conditions.Fix(3, 5));
    }

    [Fact]
    public void A_lower_temperature_makes_the_label_surer_and_no_class_rarer()
    {
        // Two rows in ten are of class b where x is negative, nine in ten elsewhere; x is positive in a quarter of the rows.
        Table table = new([TableColumn.Numeric("x"), TableColumn.Categorical("label", "a", "b")], 4000);
        for (int row = 0; row < table.RowCount; row++)
        {
            Philox own = new(12, (ulong)row);
            bool isPositive = own.Uniform(0) < 0.25;
            table[row, 0] = isPositive ? own.Uniform(1) : -own.Uniform(1);
            table[row, 1] = own.Uniform(2) < (isPositive ? 0.9 : 0.2) ? 1 : 0;
        }
        (double Share, double Apart) Made(double temperature)
        {
            MaskedOptions options = new()
            {
                Steps = 400, BatchSize = 128, Width = 32, Blocks = 1, LearningRate = 3e-3, LabelColumn = 1, LabelTemperature = temperature,
            };
            Table made = DiffusionGenerator.Train(table, options).Generate(8000, seed: 3);
            double OfSign(bool isPositive) => Rows(made).Where(row => made[row, 0] > 0 == isPositive).Average(row => made[row, 1]);
            return (Rows(made).Average(row => made[row, 1]), OfSign(true) - OfSign(false));
        }
        (double share, double apart) = Made(1);
        (double surerShare, double surerApart) = Made(0.5);
        Assert.Equal(0.375, share, 0.03);
        Assert.Equal(0.375, surerShare, 0.03);
        Assert.Equal(0.7, apart, 0.06);
        // Half the temperature squares the odds: 0.99 and 0.06, moved so that the class stays as frequent.
        Assert.InRange(surerApart, apart + 0.08, 0.95);
    }

    [Theory]
    [InlineData(24, 2812)]
    [InlineData(36, 4218)]
    [InlineData(60, 5625)]
    public void A_table_of_more_than_24_columns_is_gone_over_more_often_up_to_twice(int columns, int expected)
    {
        Table table = new([.. Enumerable.Range(0, columns).Select(i => TableColumn.Categorical($"c{i}", "no", "yes"))], 6000);
        for (int cell = 0; cell < table.RowCount * columns; cell++)
            table[cell / columns, cell % columns] = new Philox(5, 0).Below((ulong)cell, 2);
        using CancellationTokenSource stop = new();
        Planned planned = new(stop);
        Assert.Throws<OperationCanceledException>(
            () => DiffusionGenerator.Train(table, new MaskedOptions { Width = 8, Blocks = 1 }, planned, stop.Token));
        Assert.Equal(expected, planned.Steps);
    }

    /// <summary>Ends a training when it has told how many steps it plans.</summary>
    private sealed class Planned(CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public int Steps { get; private set; }

        public void Report(TrainingProgress value)
        {
            Steps = value.Steps;
            if (value.Step > 0)
                stop.Cancel();
        }
    }

    private static DiffusionGenerator Train(Table table, int steps = 1000, int? label = null) => DiffusionGenerator.Train(
        table, new MaskedOptions { Steps = steps, BatchSize = 128, Width = 64, Blocks = 2, LearningRate = 3e-3, LabelColumn = label, Seed = 3 });

    private static IEnumerable<int> Rows(Table table) => Enumerable.Range(0, table.RowCount);
}
