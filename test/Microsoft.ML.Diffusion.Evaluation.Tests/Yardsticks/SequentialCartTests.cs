using Microsoft.ML.Diffusion.Evaluation.Yardsticks;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Evaluation.Tests.Yardsticks;

public sealed class SequentialCartTests
{
    private static readonly Table s_real = Rows();

    [Fact]
    public void Columns_pairs_and_missing_cells_come_back_and_every_cell_is_a_real_one()
    {
        Table made = SequentialCart.Make(s_real, 3000, seed: 1);
        double Mean(Table of, Func<ReadOnlySpan<double>, double> value)
        {
            double sum = 0;
            for (int row = 0; row < of.RowCount; row++)
                sum += value(of.Row(row));
            return sum / of.RowCount;
        }

        // y is twice x and some noise; the category is whether x is above 0; z is missing with category 1 half the time.
        Assert.Equal(0, Mean(made, row => Math.Abs(row[1] - (2 * row[0]))), 0.3);
        Assert.Equal(1, Mean(made, row => (row[0] > 0) == (row[2] == 1) ? 1 : 0), 0.02);
        Assert.Equal(Mean(s_real, row => double.IsNaN(row[3]) ? 1 : 0), Mean(made, row => double.IsNaN(row[3]) ? 1 : 0), 0.04);
        Assert.Equal(0, Mean(made, row => double.IsNaN(row[3]) && row[2] == 0 ? 1 : 0), 0.02);
        HashSet<double> real = [.. Enumerable.Range(0, s_real.RowCount).Select(row => s_real[row, 1])];
        Assert.All(Enumerable.Range(0, made.RowCount), row => Assert.Contains(made[row, 1], real));
    }

    [Fact]
    public void The_same_seed_makes_the_same_rows_and_few_rows_are_enough()
    {
        Table one = SequentialCart.Make(s_real, 50, seed: 3), other = SequentialCart.Make(s_real, 50, seed: 3);
        Assert.All(Enumerable.Range(0, 50), row => Assert.Equal(one.Row(row).ToArray(), other.Row(row).ToArray()));
        Table single = SequentialCart.Make(s_real.Take([0]), 2);
        Assert.Equal(s_real.Row(0).ToArray(), single.Row(1).ToArray());
    }

    private static Table Rows()
    {
        Table table = new(
            [TableColumn.Numeric("x"), TableColumn.Numeric("y"), TableColumn.Categorical("sign", "no", "yes"), TableColumn.Numeric("z")],
            2000);
        for (int row = 0; row < table.RowCount; row++)
        {
            Philox own = new(4, (ulong)row);
            table[row, 0] = own.Normal(0);
            table[row, 1] = (2 * table[row, 0]) + (0.1 * own.Normal(1));
            table[row, 2] = table[row, 0] > 0 ? 1 : 0;
            table[row, 3] = table[row, 2] == 1 && own.Uniform(2) < 0.5 ? double.NaN : own.Normal(3);
        }

        return table;
    }
}
