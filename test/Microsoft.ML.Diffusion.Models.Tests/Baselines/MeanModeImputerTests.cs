using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class MeanModeImputerTests
{
    [Fact]
    public void A_number_is_the_mean_of_the_observed_cells_and_a_category_their_mode()
    {
        Table table = new(Simulated.Columns, 4);
        foreach ((int row, double x, double sign) in new[] { (0, 1.0, 1.0), (1, 2, 0), (2, 6, 1) })
            (table[row, 0], table[row, 2]) = (x, sign);
        double[] completed = new double[3];
        TableImputer.Train(table, new MeanModeOptions()).Impute([double.NaN, 4, double.NaN], completed);
        Assert.Equal([3, 4, 1], completed);
    }

    [Fact]
    public void A_draw_has_the_mean_and_the_deviation_of_the_column_and_its_frequencies()
    {
        Table table = Simulated.Pairs(2000);
        var imputer = TableImputer.Train(table, new MeanModeOptions());
        Table empty = new(Simulated.Columns, 20_000);
        Table drawn = imputer.Impute(empty, ImputationMode.Draw, seed: 3);
        double[] y = [.. Enumerable.Range(0, drawn.RowCount).Select(row => drawn[row, 1])];
        Assert.Equal(Simulated.MeanOfY, y.Average(), 0.2);
        Assert.Equal(Simulated.DeviationOfY, Math.Sqrt(y.Average(v => Math.Pow(v - y.Average(), 2))), 0.2);
        double observed = Enumerable.Range(0, 2000).Average(row => table[row, 2]);
        Assert.Equal(observed, Enumerable.Range(0, drawn.RowCount).Average(row => drawn[row, 2]), 0.02);
    }

    [Fact]
    public void A_column_without_observed_cells_stays_missing()
    {
        Table table = new(Simulated.Columns, 2) { [0, 0] = 1 };
        double[] completed = new double[3];
        var imputer = TableImputer.Train(table, new MeanModeOptions());
        imputer.Impute([double.NaN, double.NaN, double.NaN], completed);
        Assert.Equal([1, double.NaN, double.NaN], completed);
        imputer.Draw([double.NaN, double.NaN, double.NaN], completed, 1, 1);
        Assert.Equal([1, double.NaN, double.NaN], completed);
    }

    [Fact]
    public void A_table_without_rows_is_refused() =>
        Assert.Throws<InvalidDataException>(() => TableImputer.Train(Simulated.Pairs(0), new MeanModeOptions()));
}
