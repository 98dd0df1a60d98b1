using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

public sealed class BlockAmputerTests
{
    [Theory]
    [InlineData(MissingnessMechanism.McarIndependent)]
    [InlineData(MissingnessMechanism.McarRow)]
    [InlineData(MissingnessMechanism.McarColumn)]
    [InlineData(MissingnessMechanism.Mar)]
    [InlineData(MissingnessMechanism.Mnar)]
    public void Blocks_of_any_size_hide_the_cells_that_the_whole_table_hides(MissingnessMechanism mechanism)
    {
        Table table = Amputer.Ampute(Simulated.Pairs(1000, seed: 4), MissingnessMechanism.McarIndependent, 0.1, 1);
        Table whole = Amputer.Ampute(table, mechanism, 0.6, 9);
        Assert.NotEqual(Simulated.Bits(table), Simulated.Bits(whole));
        foreach (int rows in (int[])[1, 63, 64, 999])
            Assert.Equal(Simulated.Bits(whole), Simulated.Bits(InBlocks(table, mechanism, 0.6, rows)));
    }

    [Fact]
    public void Where_the_rate_is_set_on_a_sample_of_the_rows_it_is_met()
    {
        const int Rows = 600_000;
        var table = new Table([TableColumn.Numeric("a"), TableColumn.Numeric("b")], Rows);
        var random = new Random(6);
        for (int row = 0; row < Rows; row++)
            (table[row, 0], table[row, 1]) = (random.NextDouble(), random.NextDouble());
        Table amputed = Amputer.Ampute(table, MissingnessMechanism.Mar, 0.2, 5);
        int[] hidden = [.. Enumerable.Range(0, 2).Select(column => Enumerable.Range(0, Rows).Count(row => double.IsNaN(amputed[row, column])))];
        Assert.Equal(0, hidden.Min());
        Assert.InRange(hidden.Max() / (double)Rows, 0.197, 0.203);
    }

    [Fact]
    public void A_pass_too_few_or_too_many_is_refused()
    {
        Table table = Simulated.Pairs(20);
        var amputer = new BlockAmputer(table.Columns, MissingnessMechanism.Mar, 0.3, 1);
        Assert.Equal(2, amputer.Passes);
        Assert.Throws<InvalidOperationException>(() => amputer.Hide(table.Clone()));
        for (int pass = 0; pass < amputer.Passes; pass++)
        {
            amputer.Look(table);
            amputer.EndPass();
        }

        Assert.Throws<InvalidOperationException>(() => amputer.Look(table));
        amputer.Hide(table.Clone());
    }

    private static Table InBlocks(Table table, MissingnessMechanism mechanism, double rate, int rows)
    {
        var amputer = new BlockAmputer(table.Columns, mechanism, rate, 9);
        for (int pass = 0; pass < amputer.Passes; pass++)
        {
            for (int first = 0; first < table.RowCount; first += rows)
                amputer.Look(Block(first));
            amputer.EndPass();
        }

        var amputed = new Table(table.Columns, table.RowCount);
        for (int first = 0; first < table.RowCount; first += rows)
        {
            Table block = Block(first);
            amputer.Hide(block);
            for (int row = 0; row < block.RowCount; row++)
                block.Row(row).CopyTo(amputed.Row(first + row));
        }

        return amputed;

        Table Block(int first) => table.Take([.. Enumerable.Range(first, Math.Min(rows, table.RowCount - first))]);
    }
}
