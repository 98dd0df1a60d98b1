using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class TableEncoderTests
{
    public static TheoryData<NumericScaling> Scalings => [NumericScaling.MinMax, NumericScaling.Standard, NumericScaling.Quantile];

    [Theory]
    [MemberData(nameof(Scalings))]
    public void Encoding_and_completing_gives_the_row_back(NumericScaling scaling)
    {
        Table table = Simulated.Pairs(200);
        var encoder = TableEncoder.Fit(table, scaling);
        float[] cells = new float[encoder.Encoded.Count];
        double[] missing = [double.NaN, double.NaN, double.NaN], completed = new double[3];
        for (int row = 0; row < table.RowCount; row++)
        {
            encoder.Encode(table.Row(row), cells);
            encoder.Complete(missing, cells, completed);
            Assert.Equal(table[row, 0], completed[0], 1e-5);
            Assert.Equal(table[row, 1], completed[1], 1e-4);
            Assert.Equal(table[row, 2], completed[2]);
        }
    }

    [Fact]
    public void Min_max_scaling_goes_from_0_to_1_over_observed_cells()
    {
        Table table = Amputer.Ampute(Simulated.Pairs(300), MissingnessMechanism.McarColumn, 0.3, 1);
        float[] cells = PredictorChecks.CellsOf(TableEncoder.Fit(table, NumericScaling.MinMax).Encode(table));
        float[] observed = [.. cells.Where((cell, i) => i % 3 == 1 && !float.IsNaN(cell))];
        Assert.Equal(0, observed.Min());
        Assert.Equal(1, observed.Max());
        Assert.Equal(90, cells.Where((cell, i) => i % 3 == 1 && float.IsNaN(cell)).Count());
    }

    [Fact]
    public void Standard_scaling_gives_observed_cells_mean_0_and_deviation_1()
    {
        Table table = Amputer.Ampute(Simulated.Pairs(300), MissingnessMechanism.McarColumn, 0.3, 1);
        float[] cells = PredictorChecks.CellsOf(TableEncoder.Fit(table, NumericScaling.Standard).Encode(table));
        double[] observed = [.. cells.Where((cell, i) => i % 3 == 1 && !float.IsNaN(cell)).Select(cell => (double)cell)];
        Assert.Equal(0, observed.Average(), 1e-6);
        Assert.Equal(1, observed.Average(value => value * value), 1e-5);
    }

    [Fact]
    public void Every_rank_of_a_frequent_value_leads_back_to_it()
    {
        // Half of the values are 0: so is everything below the median of a standard normal distribution.
        Table table = new([TableColumn.Numeric("gain")], 400);
        for (int row = 0; row < 400; row++)
            table[row, 0] = row < 200 ? 0 : row;
        NumericScaler scaler = TableEncoder.Fit(table, NumericScaling.Quantile).Encoded[0].Scaler!;
        Assert.All([-3f, -1f, -0.5f, -0.01f], scaled => Assert.Equal(0, scaler.Unscale(scaled)));
        Assert.Equal(300, scaler.Unscale(0.6745f), 1.5);
        Assert.Equal(250, scaler.Unscale(scaler.Scale(250)), 1e-3);
        Assert.Equal(0, scaler.Unscale(scaler.Scale(0)));
    }

    [Fact]
    public void Quantile_scaling_makes_any_shape_normal()
    {
        Table table = new([TableColumn.Numeric("skewed")], 1001);
        for (int row = 0; row < table.RowCount; row++)
            table[row, 0] = Math.Exp(row / 100.0);
        float[] cells = PredictorChecks.CellsOf(TableEncoder.Fit(table, NumericScaling.Quantile).Encode(table));
        Assert.Equal(0, cells[500], 0.01);
        Assert.Equal(1.0, cells[841], 0.02);
        Assert.Equal(-1.0, cells[159], 0.02);
    }

    [Fact]
    public void What_lies_outside_the_observed_range_comes_back_at_its_edge()
    {
        Table table = Simulated.Pairs(50);
        var encoder = TableEncoder.Fit(table, NumericScaling.Standard);
        double[] completed = new double[3];
        encoder.Complete([double.NaN, double.NaN, 0], [100f, -100f, 0], completed);
        Assert.Equal(Enumerable.Range(0, 50).Max(row => table[row, 0]), completed[0]);
        Assert.Equal(Enumerable.Range(0, 50).Min(row => table[row, 1]), completed[1]);
    }

    [Fact]
    public void The_largest_doubles_do_not_overflow()
    {
        Table table = Simulated.Pairs(50);
        var encoder = TableEncoder.Fit(table, NumericScaling.Standard);
        float[] cells = new float[3];
        encoder.Encode([double.MaxValue, double.MinValue, 0], cells);
        Assert.All(cells, cell => Assert.True(float.IsFinite(cell)));
    }

    [Fact]
    public void Observed_cells_are_copied_bit_for_bit()
    {
        Table table = Simulated.Pairs(50);
        var encoder = TableEncoder.Fit(table, NumericScaling.Standard);
        double[] completed = new double[3];
        encoder.Complete([-0.0, 0.1 + 0.2, 17], [1, 1, 1], completed);
        Assert.Equal(BitConverter.DoubleToInt64Bits(-0.0), BitConverter.DoubleToInt64Bits(completed[0]));
        Assert.Equal(0.1 + 0.2, completed[1]);
        Assert.Equal(17, completed[2]);
    }

    [Fact]
    public void A_constant_column_is_completed_with_its_value_and_not_encoded()
    {
        Table table = Simulated.Pairs(20);
        for (int row = 0; row < 20; row++)
            (table[row, 1], table[row, 2]) = (row == 3 ? double.NaN : 5, 1);
        var encoder = TableEncoder.Fit(table, NumericScaling.MinMax);
        Assert.Single(encoder.Encoded);
        double[] completed = [double.NaN, double.NaN, double.NaN];
        encoder.Complete(completed, [0.5f], completed);
        Assert.Equal(5, completed[1]);
        Assert.Equal(1, completed[2]);
        Assert.False(double.IsNaN(completed[0]));
    }

    [Fact]
    public void A_column_without_observed_cells_stays_missing_with_a_warning()
    {
        Table table = Simulated.Pairs(20);
        for (int row = 0; row < 20; row++)
            table[row, 1] = double.NaN;
        List<string> warnings = [];
        var encoder = TableEncoder.Fit(table, NumericScaling.MinMax, warnings);
        Assert.Contains("'y'", Assert.Single(warnings), StringComparison.Ordinal);
        double[] completed = [double.NaN, double.NaN, double.NaN];
        encoder.Complete(completed, [0.5f, 1f], completed);
        Assert.True(double.IsNaN(completed[1]));
        Assert.Equal(1, completed[2]);
    }

    [Fact]
    public void A_category_that_was_never_seen_counts_as_missing_and_is_left_as_it_was()
    {
        var encoder = TableEncoder.Fit(Simulated.Pairs(20), NumericScaling.MinMax);
        float[] cells = new float[3];
        encoder.Encode([0, 10, 2], cells);
        Assert.True(float.IsNaN(cells[2]));
        double[] completed = new double[3];
        encoder.Complete([0, 10, 2], [0, 0, 1], completed);
        Assert.Equal(2, completed[2]);
    }

    [Fact]
    public void A_column_of_too_many_categories_is_refused()
    {
        int categories = TableEncoder.MostCategories + 1;
        Table table = new([TableColumn.Categorical("name", Enumerable.Range(0, categories).Select(i => $"n{i}"))], categories);
        for (int row = 0; row < table.RowCount; row++)
            table[row, 0] = row;
        var refusal = Assert.Throws<InvalidDataException>(() => TableEncoder.Fit(table, NumericScaling.MinMax));
        Assert.Contains("'name'", refusal.Message, StringComparison.Ordinal);
    }
}
