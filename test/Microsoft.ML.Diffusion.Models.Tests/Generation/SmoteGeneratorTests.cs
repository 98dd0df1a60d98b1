using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.Smote;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class SmoteGeneratorTests
{
    [Fact]
    public void A_row_lies_between_two_rows_of_its_class()
    {
        // Two far clusters on two lines; the class tells which.
        Table table = new([TableColumn.Numeric("x"), TableColumn.Numeric("y"), TableColumn.Categorical("class", "low", "high")], 40);
        for (int row = 0; row < 40; row++)
        {
            double x = row / 2 + 0.5;
            (table[row, 0], table[row, 1], table[row, 2]) = row % 2 == 0 ? (x, 2 * x, 0) : (x + 1000, -x, 1);
        }
        Table made = new SmoteGenerator(table, 2).Generate(500, seed: 1);
        for (int row = 0; row < 500; row++)
        {
            bool isHigh = made[row, 2] == 1;
            double x = isHigh ? made[row, 0] - 1000 : made[row, 0];
            Assert.InRange(x, 0.5, 19.5);
            Assert.Equal(isHigh ? -x : 2 * x, made[row, 1], 1e-9);
        }
        Assert.InRange(Enumerable.Range(0, 500).Count(row => made[row, 2] == 1), 200, 300);
    }

    [Fact]
    public void A_category_is_the_most_frequent_among_the_neighbours()
    {
        Table table = new([TableColumn.Numeric("x"), TableColumn.Categorical("kind", "a", "b")], 12);
        for (int row = 0; row < 12; row++)
            (table[row, 0], table[row, 1]) = (row, row == 5 ? 1 : 0);
        Table made = new SmoteGenerator(table).Generate(200, seed: 1);
        Assert.All(Enumerable.Range(0, 200), row => Assert.Equal(0, made[row, 1]));
    }

    [Fact]
    public void The_label_can_be_fixed_and_nothing_else()
    {
        var smote = new SmoteGenerator(Generators.Rows, Generators.Label);
        Table made = smote.Generate(100, Generators.Conditions(Generators.Rows).Fix(2, 0));
        Assert.All(Enumerable.Range(0, 100), row => Assert.Equal(0, made[row, 2]));
        Assert.Throws<ArgumentException>(() => smote.Generate(1, Generators.Conditions(Generators.Rows).Fix(0, 0)));
        Assert.Throws<ArgumentException>(() => smote.Generate(1, Generators.Conditions(Generators.Rows).Within(0, ValueRange.All)));
    }

    [Fact]
    public void The_only_row_of_a_class_is_copied_and_a_class_without_rows_refused()
    {
        Table table = new([TableColumn.Numeric("x"), TableColumn.Categorical("class", "a", "b", "c")], 10);
        for (int row = 0; row < 10; row++)
            (table[row, 0], table[row, 1]) = (row, row == 4 ? 1 : 0);
        var smote = new SmoteGenerator(table, 1);
        Table made = smote.Generate(3, new GenerationConditions(table.Columns).Fix(1, 1));
        Assert.All(Enumerable.Range(0, 3), row => Assert.Equal(4, made[row, 0]));
        Assert.Contains("'c'", Assert.Throws<ArgumentException>(() => smote.Generate(1, new GenerationConditions(table.Columns).Fix(1, 2))).Message);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void No_made_cell_is_empty_whatever_the_rows_lack(double missing)
    {
        Table table = new([TableColumn.Numeric("x"), TableColumn.Numeric("rare"), TableColumn.Categorical("kind", "a", "b"),
            TableColumn.Categorical("class", "low", "high")], 200);
        var random = new Philox(5);
        for (int row = 0; row < 200; row++)
        {
            for (int i = 0; i < 4; i++)
            {
                double value = i < 2 ? row + 0.5 : random.Below((ulong)(8 * row + 4 + i), 2);
                table[row, i] = random.Uniform((ulong)(8 * row + i)) < missing ? double.NaN : value;
            }
        }

        foreach (int? label in (int?[])[null, 0, 3])
        {
            Table made = new SmoteGenerator(table, label).Generate(300, seed: 2);
            Assert.All(Enumerable.Range(0, 300), row => Assert.DoesNotContain(double.NaN, made.Row(row).ToArray()));
            Assert.All(Enumerable.Range(0, 300), row => Assert.InRange(made[row, 0], 0.5, 199.5));
        }
    }

    [Fact]
    public void A_column_without_values_stays_empty()
    {
        Table table = new([TableColumn.Numeric("x"), TableColumn.Categorical("none", "a")], 4);
        for (int row = 0; row < 4; row++)
            (table[row, 0], table[row, 1]) = (row, double.NaN);
        Table made = new SmoteGenerator(table, 1).Generate(10, seed: 2);
        Assert.All(Enumerable.Range(0, 10), row => Assert.True(!double.IsNaN(made[row, 0]) && double.IsNaN(made[row, 1])));
    }

    [Fact]
    public void Rows_do_not_depend_on_the_portion_they_come_in()
    {
        var smote = new SmoteGenerator(Generators.Rows, Generators.Label);
        Assert.Equal(Simulated.Bits(smote.Generate(60, seed: 9)), smote.GenerateInPortions(60, seed: 9, rowsPerPortion: 7).SelectMany(Simulated.Bits));
    }
}
