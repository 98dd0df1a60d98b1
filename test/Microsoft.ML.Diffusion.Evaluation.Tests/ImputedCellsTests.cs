using Microsoft.ML.Diffusion.Evaluation.Imputation;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

public sealed class ImputedCellsTests
{
    private static readonly Table s_truth = Simulated.Pairs(400);
    private static readonly Table s_holed = Amputer.Ampute(s_truth, MissingnessMechanism.McarIndependent, 0.3, seed: 4);

    [Fact]
    public void One_filled_table_gets_the_figures_of_the_imputer_that_filled_it()
    {
        TableImputer imputer = TableImputer.Train(s_holed, new GaussianOptions());
        ImputationQualityResult expected = ImputationQuality.Measure("Gaussian", s_truth, s_holed, imputer);
        ImputedCellsResult found = ImputedCells.Measure(s_truth, s_holed, imputer.Impute(s_holed));

        Assert.Equal(expected.RootMeanSquaredError, found.RootMeanSquaredError, 9);
        Assert.Equal(expected.Accuracy, found.Accuracy, 9);
        Assert.Equal(expected.Columns.Select(column => (column.Column, column.Cells)),
            found.Columns.Select(column => (column.Column, column.FilledCells)));
        Assert.All(expected.Columns.Zip(found.Columns).Take(2), pair =>
            Assert.Equal(pair.First.MeanAbsoluteError, pair.Second.MeanAbsoluteError, 9));
        Assert.Equal((1, 0), (found.FilledShare, found.ChangedCells));
        Assert.Contains(found.Undefined, figure => figure.Figure == "crps");
    }

    [Fact]
    public void The_truth_is_perfect_and_constants_have_no_rank()
    {
        ImputedCellsResult truth = ImputedCells.Measure(s_truth, s_holed, s_truth);
        Assert.Equal(
            (0, 0, 1, 1),
            (truth.RootMeanSquaredError, truth.MeanAbsoluteError, truth.Accuracy, Math.Round(truth.RankCorrelation, 9)));
        ImputedCellsResult mean = ImputedCells.Measure(
            s_truth, s_holed, TableImputer.Train(s_holed, new MeanModeOptions()).Impute(s_holed));
        Assert.True(double.IsNaN(mean.RankCorrelation));
        Assert.Contains("all equal", mean.Undefined.First(figure => figure.Figure == "rankCorrelation").Reason);
    }

    [Fact]
    public void Numbers_over_many_powers_of_ten_have_a_log_error_that_does_not_depend_on_their_size()
    {
        TableColumn[] columns = [TableColumn.Numeric("wide"), TableColumn.Numeric("narrow")];
        Table truth = new(columns, 100), filled = new(columns, 100);
        for (int row = 0; row < 100; row++)
        {
            truth[row, 0] = Math.Pow(10, row / 20.0);
            truth[row, 1] = 1 + row / 10.0;
            // Every number is twice too large.
            (filled[row, 0], filled[row, 1]) = (2 * truth[row, 0], 2 * truth[row, 1]);
        }
        Table holed = truth.Clone();
        for (int row = 0; row < 100; row += 2)
        {
            (holed[row, 0], holed[row, 1]) = (double.NaN, double.NaN);
            (filled[row + 1, 0], filled[row + 1, 1]) = (truth[row + 1, 0], truth[row + 1, 1]);
        }

        ImputedCellsResult found = ImputedCells.Measure(truth, holed, filled);
        Assert.Equal(Math.Log(2), found.Columns[0].MeanAbsoluteLogError, 9);
        Assert.True(double.IsNaN(found.Columns[1].MeanAbsoluteLogError));
        Assert.Equal(Math.Log(2), found.MeanAbsoluteLogError, 9);

        filled[0, 0] = -1;
        found = ImputedCells.Measure(truth, holed, filled);
        Assert.True(double.IsNaN(found.MeanAbsoluteLogError));
        Assert.Contains("not above 0",
            found.Undefined.First(figure => figure.Figure == "columns[wide].meanAbsoluteLogError").Reason);
    }

    [Fact]
    public void Draws_of_an_honest_imputer_cover_and_beat_the_mean_by_their_score()
    {
        TableImputer imputer = TableImputer.Train(s_holed, new GaussianOptions());
        Table[] draws = [.. Enumerable.Range(0, 20).Select(i => imputer.Impute(s_holed, ImputationMode.Draw, (ulong)i))];
        ImputedCellsResult found = ImputedCells.Measure(s_truth, s_holed, draws);
        Table mean = TableImputer.Train(s_holed, new MeanModeOptions()).Impute(s_holed);

        Assert.Equal(0.9, found.IntervalCoverage, 0.08);
        Assert.True(found.Crps < ImputedCells.Measure(s_truth, s_holed, mean, mean).Crps, $"{found.Crps}");
        Assert.Equal(20, found.Files);
    }

    [Fact]
    public void What_stays_empty_and_what_was_changed_is_counted()
    {
        Table filled = s_truth.Clone();
        int empty = Enumerable.Range(0, 400).First(row => double.IsNaN(s_holed[row, 0]));
        int changed = Enumerable.Range(0, 400).First(row => !double.IsNaN(s_holed[row, 0]));
        (filled[empty, 0], filled[changed, 0]) = (double.NaN, 99);
        ImputedCellsResult found = ImputedCells.Measure(s_truth, s_holed, filled);
        Assert.Equal((found.HiddenCells - 1, 1), (found.FilledCells, found.ChangedCells));
    }

    [Fact]
    public void Tables_that_do_not_belong_together_are_refused()
    {
        Assert.Contains("is not the true one", Assert.Throws<InvalidDataException>(() =>
            ImputedCells.Measure(Simulated.Pairs(400, seed: 99), s_holed, s_truth)).Message);
        Assert.Contains("No cell", Assert.Throws<InvalidDataException>(() => ImputedCells.Measure(s_truth, s_truth, s_truth)).Message);
        Assert.Contains("400 rows", Assert.Throws<ArgumentException>(() =>
            ImputedCells.Measure(s_truth, s_holed, s_truth.Take([0, 1]))).Message);
    }

    [Fact]
    public void The_page_has_a_drawing_for_each_column_and_no_NaN()
    {
        ImputedCellsResult found = ImputedCells.Measure(
            s_truth, s_holed, TableImputer.Train(s_holed, new MeanModeOptions()).Impute(s_holed));
        using StringWriter writer = new();
        ImputedCellsReport.Write(found, writer);
        string page = writer.ToString();
        Assert.DoesNotContain("NaN", page);
        Assert.Equal(3, page.Split("role=\"img\"").Length - 1);
        Assert.All(found.Columns.Take(2), column => Assert.Equal(160, column.Densities!.Observed.Count));
    }

    [Fact]
    public void Few_whole_numbers_are_counted_one_by_one()
    {
        TableColumn[] columns = [TableColumn.Numeric("yes"), TableColumn.Numeric("x")];
        Table truth = new(columns, 40), holed = new(columns, 40), filled = new(columns, 40);
        for (int row = 0; row < 40; row++)
        {
            truth.Row(row)[0] = holed.Row(row)[0] = filled.Row(row)[0] = row % 2;
            truth.Row(row)[1] = holed.Row(row)[1] = filled.Row(row)[1] = row / 8.0;
            if (row >= 10)
                continue;
            holed.Row(row)[0] = holed.Row(row)[1] = double.NaN;
            filled.Row(row)[0] = row < 9 ? 1 : 2;
        }

        ImputedCellsResult found = ImputedCells.Measure(truth, holed, filled);
        Assert.Equal([new("0", 0.5, 0, 0.5), new("1", 0.5, 0.9, 0.5), new("2", 0, 0.1, 0)], found.Columns[0].Categories);
        Assert.Empty(found.Columns[1].Categories);
        Assert.NotNull(found.Columns[1].Densities);
    }
}
