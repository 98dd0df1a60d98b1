using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class HidingSharesTests
{
    [Fact]
    public void A_whole_table_is_hidden_evenly() =>
        Assert.Equal([1f, 1f], HidingShares.Of(Rows(second: 2)));

    [Fact]
    public void Columns_are_hidden_as_they_are_missing_and_never_not_at_all()
    {
        // Half of the second column is missing and nothing of the first.
        float[] shares = HidingShares.Of(Rows(second: float.NaN));
        Assert.Equal(0.25f, shares[0]);
        Assert.Equal(1.75f, shares[1]);
    }

    [Fact]
    public void Columns_without_a_hole_are_never_hidden_where_only_holes_will_be_filled()
    {
        Assert.Equal([0, 1.75f], HidingShares.Of(Rows(second: float.NaN), onlyMissing: true));
        Assert.Equal([1f, 1f], HidingShares.Of(Rows(second: 2), onlyMissing: true));
        Table amputed = TrainedModels.Amputed.Clone();
        for (int row = 0; row < amputed.RowCount; row++)
            amputed[row, 0] = TrainedModels.Truth[row, 0];
        EncodedRows rows = TableEncoder.Fit(amputed, NumericScaling.Standard).Encode(amputed);
        var held = new HeldBackCells(rows, 0.2, 5000, new Tensors.Philox(3), onlyMissing: true);
        Assert.DoesNotContain(held.Cells, cell => cell.Column == 0);
        Assert.Contains(held.Cells, cell => cell.Column == 1);
    }

    [Fact]
    public void Cells_are_held_back_in_proportion()
    {
        Table amputed = TrainedModels.Amputed.Clone();
        for (int row = 0; row < amputed.RowCount; row++)
            amputed[row, 0] = TrainedModels.Truth[row, 0];
        var held = new HeldBackCells(TableEncoder.Fit(amputed, NumericScaling.Standard).Encode(amputed), 0.2, 5000, new Tensors.Philox(3));
        double ofWhole = held.Cells.Count(cell => cell.Column == 0) / (double)amputed.RowCount;
        double ofHoled = held.Cells.Count(cell => cell.Column == 1) / (0.8 * amputed.RowCount);
        Assert.InRange(ofWhole, 0.03, 0.07);
        Assert.InRange(ofHoled, 0.22, 0.33);
    }

    [Theory]
    [InlineData(24, 200)]
    [InlineData(24, 4)]
    [InlineData(3, 3)]
    public void A_column_keeps_most_of_its_cells_however_many_other_columns_are_whole(int columns, int rows)
    {
        var table = new Table([.. Enumerable.Range(0, columns).Select(i => TableColumn.Numeric($"x{i}"))], rows);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                table[row, column] = column == 0 && row == 0 ? double.NaN : Math.Sin((row * columns) + column);
        }
        EncodedRows encoded = TableEncoder.Fit(table, NumericScaling.Standard).Encode(table);
        for (ulong seed = 0; seed < 20; seed++)
        {
            var held = new HeldBackCells(encoded, 0.1, 5000, new Tensors.Philox(seed));
            int[] left = held.Rest.CountObserved();
            Assert.All(left, count => Assert.True(count >= 2 && (rows < 10 || count > rows * 0.6)));
            Assert.True(left[0] < rows - 1 || rows < 10);
        }
    }

    /// <summary>Two rows of two numbers.</summary>
    /// <param name="second">The second number of the first row.</param>
    private static EncodedRows Rows(float second)
    {
        Table table = new([TableColumn.Numeric("x"), TableColumn.Numeric("y")], 2) { [0, 0] = 1, [0, 1] = 2, [1, 0] = 3, [1, 1] = 4 };
        EncodedRows rows = TableEncoder.Fit(table, NumericScaling.Standard).Encode(table);
        rows.Row(0)[1] = second;
        return rows;
    }
}
