using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class EncodedRowsTests
{
    [Theory]
    [InlineData(1, 600_000)]
    [InlineData(3, 200_001)]
    [InlineData(1000, 700)]
    public void A_row_is_what_the_encoder_makes_of_it_in_whichever_block_it_lies(int columns, int rowCount)
    {
        Table table = new([.. Enumerable.Range(0, columns).Select(i => TableColumn.Numeric($"x{i}"))], rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            for (int i = 0; i < columns; i++)
                table[row, i] = (row + i) % 7 == 0 ? double.NaN : (row * 31L) + i;
        }
        var encoder = TableEncoder.Fit(table, NumericScaling.Standard);
        EncodedRows rows = encoder.Encode(table);
        Assert.Equal((rowCount, columns, (long)rowCount * columns), (rows.RowCount, rows.Width, rows.CellCount));
        float[] expected = new float[columns];
        int different = 0;
        for (int row = 0; row < rowCount; row++)
        {
            encoder.Encode(table.Row(row), expected);
            different += rows.Row(row).SequenceEqual(expected) ? 0 : 1;
        }
        Assert.Equal(0, different);
    }

    [Fact]
    public void Copies_of_some_rows_can_be_written_to_and_the_rows_they_come_from_stay()
    {
        Table table = Simulated.Pairs(200);
        var encoder = TableEncoder.Fit(table, NumericScaling.Standard);
        EncodedRows rows = encoder.Encode(table), untouched = encoder.Encode(table);
        EncodedRows once = rows.WithCopiesOf([7, 130]), twice = once.WithCopiesOf([8]);
        once.Row(130).Fill(float.NaN);
        twice.Row(8)[0] = float.NaN;
        Assert.Equal((3, 4, 0), (once.CountMissing(), twice.CountMissing(), rows.CountMissing()));
        for (int row = 0; row < 200; row++)
        {
            Assert.Equal(untouched.Row(row), rows.Row(row));
            if (row != 130)
                Assert.Equal(rows.Row(row), once.Row(row));
        }
    }

    [Fact]
    public void There_is_no_row_beyond_the_last_one()
    {
        Table table = Simulated.Pairs(10);
        EncodedRows rows = TableEncoder.Fit(table, NumericScaling.Standard).Encode(table);
        Assert.All([10, -1, long.MaxValue], row => Assert.Throws<ArgumentOutOfRangeException>(() => rows.Row(row).Length));
    }
}
