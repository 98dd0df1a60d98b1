using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class CompactTableTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(5000)]
    public void Every_cell_reads_as_it_was_written(int values)
    {
        const int Rows = 5000;
        TableColumn[] columns = [TableColumn.Numeric("few"), TableColumn.Numeric("single"), TableColumn.Numeric("double"), TableColumn.Numeric("late")];
        Table table = new(columns, Rows);
        var builder = new CompactTable.Builder(4);
        for (int row = 0; row < Rows; row++)
        {
            int value = row % values;
            table[row, 0] = value - 1.25;
            table[row, 1] = value == 1 ? double.NaN : (float)(value / 7.0);
            table[row, 2] = value == 1 ? double.NaN : value / 7.0;
            // Single precision would do but for the last.
            table[row, 3] = row == Rows - 1 ? Math.PI : value == 2 ? -0.0 : value == 1 ? double.PositiveInfinity : value;
            builder.Write(row, table.Row(row));
        }
        CompactTable compact = builder.Build(columns);
        Assert.Equal(Simulated.Bits(table), Simulated.Bits(compact.ToTable()));
        Assert.Equal(table[77, 2], compact[77, 2]);
        Assert.Contains("'late' holds an infinite number in row 1", Assert.Throws<InvalidDataException>(() => DiffusionGenerator.Train(
            compact, new MedDiffOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_replaced_reordered_and_recoded()
    {
        var builder = new CompactTable.Builder(2);
        for (int row = 0; row < 3; row++)
            builder.Write(row, [row, 10 + row]);
        builder.Write(1, [0, double.NaN]);
        builder.Recode(0, [5, 6, 7]);
        double[] cells = new double[2];
        builder.Read(1, cells);
        Assert.Equal([5, double.NaN], cells);
        CompactTable table = builder.Build([TableColumn.Numeric("a"), TableColumn.Numeric("b")], [2, 0]);
        Assert.Equal(2, table.RowCount);
        Assert.Equal((7, 12, 5, 10), (table[0, 0], table[0, 1], table[1, 0], table[1, 1]));
    }

    [Fact]
    public void Many_categories_are_recoded_too()
    {
        var builder = new CompactTable.Builder(1);
        for (int row = 0; row < 1000; row++)
            builder.Write(row, [row == 3 ? double.NaN : row]);
        builder.Recode(0, [.. Enumerable.Range(0, 1000).Select(code => code < 999 ? 999.0 - code : double.NaN)]);
        CompactTable table = builder.Build([TableColumn.Numeric("a")]);
        Assert.Equal([999, 997, double.NaN, double.NaN], new[] { table[0, 0], table[2, 0], table[3, 0], table[999, 0] });
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var builder = new CompactTable.Builder(2);
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Write(1, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Write(-1, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Write(0, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Read(0, new double[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Build([TableColumn.Numeric("a")]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompactTable.Builder(0));
        CompactTable empty = builder.Build([TableColumn.Numeric("a"), TableColumn.Numeric("b")]);
        Assert.Throws<InvalidDataException>(empty.RefuseNoRows);
        Assert.Throws<InvalidDataException>(() => DiffusionGenerator.Train(empty, new MedDiffOptions()));
        Assert.Throws<ArgumentOutOfRangeException>(() => empty[0, 0]);
    }

    [Fact]
    public void A_table_of_zeros_and_ones_takes_a_byte_a_cell_and_trains_on_little_more()
    {
        const int Rows = 8192, Columns = 200;
        var builder = new CompactTable.Builder(Columns);
        float[] uniforms = new float[Columns];
        double[] cells = new double[Columns];
        // What this thread allocates in all, since other tests run beside it; hardly any of it is garbage.
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int row = 0; row < Rows; row++)
        {
            new Philox(1, (ulong)row).FillUniform(uniforms);
            for (int i = 0; i < Columns; i++)
                cells[i] = uniforms[i] < 0.1 ? 1 : 0;
            builder.Write(row, cells);
        }
        CompactTable table = builder.Build([.. Enumerable.Range(0, Columns).Select(i => TableColumn.Numeric($"code{i}"))]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, (long)(1.3 * Rows * Columns));
        var rows = new RecordRows([.. Enumerable.Repeat(true, Columns)], Rows);
        float[] slots = new float[Columns], back = new float[Columns];
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < Columns; i++)
                slots[i] = table[row, i] > 0 ? 1 : -1;
            rows.Write(row, slots);
        }
        rows.Read(Rows - 1, back);
        Assert.Equal(slots, back);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, (long)(1.3 * Rows * Columns + 80.0 * Rows + Rows * Columns / 8));
    }
}
