using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Donors;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class DonorLeavesTests
{
    [Fact]
    public void A_column_that_no_other_tells_of_is_drawn_from_large_leaves() =>
        Assert.InRange(Split((known, unknown) => unknown, TrainingDeadline.None), 20, 40);

    [Fact]
    public void A_column_that_follows_from_another_is_drawn_from_small_leaves() =>
        Assert.Equal(DonorLeaves.UsualSplit, Split((known, unknown) => known, TrainingDeadline.None));

    [Fact]
    public void Without_time_leaves_are_as_usual() =>
        Assert.Equal(DonorLeaves.UsualSplit, Split((known, unknown) => unknown, TrainingDeadline.In(TimeSpan.Zero)));

    private static int Split(Func<float, float, double> number, TrainingDeadline deadline)
    {
        var table = new Table([TableColumn.Numeric("number"), TableColumn.Numeric("x"), TableColumn.Numeric("y")], 500);
        var random = new Philox(3);
        float[] draws = new float[3];
        for (int row = 0; row < table.RowCount; row++)
        {
            random.Fork((ulong)row).FillNormal(draws);
            (table[row, 0], table[row, 1], table[row, 2]) = (number(draws[0], draws[2]), draws[0], draws[1]);
        }
        var encoder = TableEncoder.Fit(table, NumericScaling.Standard);
        EncodedRows rows = encoder.Encode(table);
        DonorTarget target = DonorTarget.Of(0, rows, ObservedNumbers.Of(table, encoder, new Philox(1)))!;
        // Of numbers, slots and cells are the same.
        return DonorLeaves.Choose(target, row => rows.Row(row).ToArray(), new TreeSettings(), new Philox(2), deadline);
    }
}
