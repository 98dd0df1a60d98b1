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
