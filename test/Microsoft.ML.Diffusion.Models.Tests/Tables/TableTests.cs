using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class TableTests
{
    [Fact]
    public void Every_cell_is_missing_at_first()
    {
        Table table = new(Simulated.Columns, 3);
        for (int row = 0; row < 3; row++)
            Assert.All(table.Row(row).ToArray(), cell => Assert.True(double.IsNaN(cell)));
    }

    [Fact]
    public void A_clone_shares_no_cells()
    {
        Table table = Simulated.Pairs(2);
        Table clone = table.Clone();
        clone[1, 1] = 7;
        Assert.NotEqual(7, table[1, 1]);
        Assert.Equal(table[0, 1], clone[0, 1]);
    }

    [Fact]
    public void An_infinity_is_refused_with_its_column_and_row()
    {
        Table table = Simulated.Pairs(5);
        table[3, 1] = double.NegativeInfinity;
        InvalidDataException e = Assert.Throws<InvalidDataException>(table.RefuseInfinities);
        Assert.Contains("'y'", e.Message, StringComparison.Ordinal);
        Assert.Contains("row 3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_needs_a_column() => Assert.Throws<ArgumentException>(() => new Table([], 3));

    [Fact]
    public void A_row_that_is_not_there_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Simulated.Pairs(2)[2, 0]);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(-1, false)]
    [InlineData(0.5, false)]
    [InlineData(double.NaN, false)]
    public void A_categorical_column_holds_its_codes_only(double value, bool holds) =>
        Assert.Equal(holds, TableColumn.Categorical("c", "a", "b").Holds(value));
}
