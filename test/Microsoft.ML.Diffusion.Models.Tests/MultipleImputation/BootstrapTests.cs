using Microsoft.ML.Diffusion.Models.MultipleImputation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class BootstrapTests
{
    [Fact]
    public void A_sample_has_as_many_rows_and_about_a_third_of_them_are_left_out()
    {
        Table table = Simulated.Pairs(2000), sample = Bootstrap.Sample(table, 1);
        HashSet<double> drawn = [.. Enumerable.Range(0, 2000).Select(row => sample[row, 0])];
        Assert.Equal(2000, sample.RowCount);
        Assert.Subset(Enumerable.Range(0, 2000).Select(row => table[row, 0]).ToHashSet(), drawn);
        // 1 - 1 / e, with a deviation of about 0.007.
        Assert.InRange(drawn.Count / 2000.0, 0.60, 0.66);
    }

    [Fact]
    public void Rows_stay_whole()
    {
        Table table = Simulated.Pairs(50), sample = Bootstrap.Sample(table, 3);
        HashSet<(double, double, double)> rows = [.. Enumerable.Range(0, 50).Select(row => (table[row, 0], table[row, 1], table[row, 2]))];
        Assert.All(Enumerable.Range(0, 50), row => Assert.Contains((sample[row, 0], sample[row, 1], sample[row, 2]), rows));
    }

    [Fact]
    public void The_same_seed_draws_the_same_rows_and_another_others()
    {
        Table table = Simulated.Pairs(50);
        Assert.Equal(Simulated.Bits(Bootstrap.Sample(table, 4)), Simulated.Bits(Bootstrap.Sample(table, 4)));
        Assert.NotEqual(Simulated.Bits(Bootstrap.Sample(table, 4)), Simulated.Bits(Bootstrap.Sample(table, 5)));
    }

    [Fact]
    public void A_compact_table_gives_the_same_sample_as_a_table()
    {
        Table table = Simulated.Pairs(50);
        var builder = new CompactTable.Builder(3);
        for (int row = 0; row < 50; row++)
            builder.Write(row, table.Row(row));
        CompactTable sample = Bootstrap.Sample(builder.Build(table.Columns), 4);
        Assert.Equal(Simulated.Bits(Bootstrap.Sample(table, 4)), Simulated.Bits(sample.ToTable()));
    }

    [Fact]
    public void A_value_that_a_column_has_only_once_is_in_every_sample()
    {
        Table table = Simulated.Pairs(50);
        for (int row = 0; row < 50; row++)
            table[row, 1] = row == 17 ? 5 : double.NaN;
        for (ulong seed = 0; seed < 20; seed++)
            Assert.True(Simulated.Missing(Bootstrap.Sample(table, seed), 1) < 50);
    }

    [Fact]
    public void A_column_without_values_and_a_table_without_rows_stay_so()
    {
        Assert.Equal(9, Simulated.Missing(Bootstrap.Sample(new Table(Simulated.Columns, 9), 1), 0));
        Assert.Equal(0, Bootstrap.Sample(new Table(Simulated.Columns, 0), 1).RowCount);
    }
}
