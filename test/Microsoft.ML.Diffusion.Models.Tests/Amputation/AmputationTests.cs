using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class AmputationTests
{
    private static readonly Table s_numbers = Wide(1000, 10);

    public static TheoryData<MissingnessMechanism> Mechanisms => [.. Enum.GetValues<MissingnessMechanism>()];

    [Theory]
    [InlineData(10, 0.2, 2)]
    [InlineData(10, 0.29, 2)]
    [InlineData(10, 0.3, 3)]
    [InlineData(9, 0.2, 1)]
    [InlineData(4, 0.2, 0)]
    public void By_row_exactly_the_floor_of_d_times_the_rate_is_hidden(int columns, double rate, int hidden)
    {
        Table amputed = Amputer.Ampute(Wide(50, columns), MissingnessMechanism.McarRow, rate, 3);
        for (int row = 0; row < 50; row++)
            Assert.Equal(hidden, amputed.Row(row).ToArray().Count(double.IsNaN));
    }

    [Theory]
    [InlineData(1000, 0.2, 200)]
    [InlineData(1000, 0.29, 290)]
    [InlineData(999, 0.2, 199)]
    [InlineData(3, 0.2, 0)]
    [InlineData(50, 1, 50)]
    public void By_column_exactly_the_floor_of_n_times_the_rate_is_hidden(int rows, double rate, int hidden)
    {
        Table amputed = Amputer.Ampute(Wide(rows, 4), MissingnessMechanism.McarColumn, rate, 3);
        for (int column = 0; column < 4; column++)
            Assert.Equal(hidden, Simulated.Missing(amputed, column));
    }

    [Fact]
    public void By_column_cells_that_were_missing_before_are_not_counted()
    {
        Table table = Wide(100, 2);
        for (int row = 0; row < 50; row++)
            table[row, 0] = double.NaN;
        Table amputed = Amputer.Ampute(table, MissingnessMechanism.McarColumn, 0.2, 3);
        Assert.Equal(60, Simulated.Missing(amputed, 0));
        Assert.Equal(20, Simulated.Missing(amputed, 1));
    }

    [Fact]
    public void Independent_cells_are_hidden_at_the_rate()
    {
        Table amputed = Amputer.Ampute(s_numbers, MissingnessMechanism.McarIndependent, 0.2, 3);
        // 10,000 cells: five standard deviations are 0.02.
        Assert.InRange(Enumerable.Range(0, 10).Sum(column => Simulated.Missing(amputed, column)) / 10_000.0, 0.18, 0.22);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.2)]
    [InlineData(0.7)]
    public void Mar_leaves_three_in_ten_columns_observed_and_hides_the_others_at_the_rate(double rate)
    {
        Table amputed = Amputer.Ampute(s_numbers, MissingnessMechanism.Mar, rate, 5);
        int[] missing = [.. Enumerable.Range(0, 10).Select(column => Simulated.Missing(amputed, column))];
        Assert.Equal(3, missing.Count(count => count == 0));
        // The bias is right for the expected number; the number itself is random.
        Assert.All(missing.Where(count => count > 0), count => Assert.InRange(count / 1000.0, rate - 0.07, rate + 0.07));
        Assert.Equal(rate, missing.Sum() / 7000.0, 0.025);
    }

    [Fact]
    public void Mar_depends_on_the_columns_that_stay_observed()
    {
        Table amputed = Amputer.Ampute(s_numbers, MissingnessMechanism.Mar, 0.3, 5);
        int[] inputs = [.. Enumerable.Range(0, 10).Where(column => Simulated.Missing(amputed, column) == 0)];
        foreach (int column in Enumerable.Range(0, 10).Except(inputs))
        {
            // Independent columns, so that the squared correlations with the inputs add up; a random mask would give about 0.003.
            double explained = inputs.Sum(input => Math.Pow(Correlation(amputed, column, input), 2));
            Assert.True(explained > 0.05, $"only {explained} of column {column}'s missingness is explained");
        }
    }

    [Fact]
    public void Mnar_hides_the_inputs_too()
    {
        Table mar = Amputer.Ampute(s_numbers, MissingnessMechanism.Mar, 0.2, 5);
        Table mnar = Amputer.Ampute(s_numbers, MissingnessMechanism.Mnar, 0.2, 5);
        for (int column = 0; column < 10; column++)
        {
            if (Simulated.Missing(mar, column) == 0)
                Assert.InRange(Simulated.Missing(mnar, column), 130, 270);
            else
                Assert.Equal(Simulated.Missing(mar, column), Simulated.Missing(mnar, column));
        }
    }

    [Fact]
    public void Mar_works_with_categories_and_holes_as_inputs()
    {
        Table table = Amputer.Ampute(Simulated.Pairs(2000), MissingnessMechanism.McarColumn, 0.1, 1);
        Table amputed = Amputer.Ampute(table, MissingnessMechanism.Mar, 0.3, 2);
        int[] added = [.. Enumerable.Range(0, 3).Select(column => Simulated.Missing(amputed, column) - 200)];
        Assert.Single(added, count => count == 0);
        Assert.All(added.Where(count => count > 0), count => Assert.InRange(count / 1800.0, 0.25, 0.35));
    }

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public void The_same_seed_hides_the_same_cells_and_the_table_is_left_as_it_is(MissingnessMechanism mechanism)
    {
        Table table = Wide(60, 8);
        long[] before = Simulated.Bits(table);
        Table first = Amputer.Ampute(table, mechanism, 0.3, 9);
        Assert.Equal(Simulated.Bits(first), Simulated.Bits(Amputer.Ampute(table, mechanism, 0.3, 9)));
        Assert.NotEqual(Simulated.Bits(first), Simulated.Bits(Amputer.Ampute(table, mechanism, 0.3, 10)));
        Assert.Equal(before, Simulated.Bits(table));
    }

    [Theory]
    [MemberData(nameof(Mechanisms))]
    public void A_rate_of_0_hides_nothing(MissingnessMechanism mechanism) =>
        Assert.Equal(Simulated.Bits(s_numbers), Simulated.Bits(Amputer.Ampute(s_numbers, mechanism, 0, 1)));

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_rate_that_is_no_share_is_refused(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Amputer.Ampute(s_numbers, MissingnessMechanism.McarRow, rate, 1));

    [Fact]
    public void Mar_needs_two_columns() =>
        Assert.Throws<ArgumentException>(() => Amputer.Ampute(Wide(10, 1), MissingnessMechanism.Mar, 0.2, 1));

    [Fact]
    public void An_empty_table_stays_empty() =>
        Assert.Equal(0, Amputer.Ampute(Wide(0, 3), MissingnessMechanism.Mnar, 0.2, 1).RowCount);

    private static Table Wide(int rows, int columns)
    {
        Table table = new([.. Enumerable.Range(0, columns).Select(i => TableColumn.Numeric($"c{i}"))], rows);
        for (int column = 0; column < columns; column++)
        {
            for (int row = 0; row < rows; row++)
                table[row, column] = new Tensors.Philox(4, (ulong)column).Normal((ulong)row);
        }
        return table;
    }

    private static double Correlation(Table table, int hidden, int input)
    {
        double[] missing = [.. Enumerable.Range(0, table.RowCount).Select(row => double.IsNaN(table[row, hidden]) ? 1.0 : 0.0)];
        double[] values = [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, input])];
        double p = missing.Average(), mean = values.Average();
        double covariance = missing.Zip(values, (m, v) => (m - p) * (v - mean)).Average();
        return covariance / Math.Sqrt(p * (1 - p) * values.Average(v => (v - mean) * (v - mean)));
    }
}
