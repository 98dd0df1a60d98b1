using Microsoft.ML.Diffusion.Evaluation.Imputation;
using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

public sealed class ImputationQualityTests
{
    private static readonly Table s_truth = Simulated.Pairs(400);
    private static readonly Table s_holed = Amputer.Ampute(s_truth, MissingnessMechanism.McarIndependent, 0.3, seed: 4);

    [Fact]
    public void Errors_and_accuracy_are_those_of_the_hidden_cells()
    {
        var mean = TableImputer.Train(s_holed, new MeanModeOptions());
        Table filled = mean.Impute(s_holed);
        ImputationQualityResult found = ImputationQuality.Measure("mean", s_truth, s_holed, mean);

        Assert.Equal(["x", "y", "sign"], found.Columns.Select(column => column.Column));
        for (int i = 0; i < 2; i++)
        {
            int[] rows = [.. Enumerable.Range(0, s_truth.RowCount).Where(row => double.IsNaN(s_holed[row, i]))];
            Assert.Equal(rows.Length, found.Columns[i].Cells);
            Assert.Equal(Math.Sqrt(rows.Average(row => Math.Pow(s_truth[row, i] - filled[row, i], 2))), found.Columns[i].RootMeanSquaredError, 9);
            Assert.Equal(rows.Average(row => Math.Abs(s_truth[row, i] - filled[row, i])), found.Columns[i].MeanAbsoluteError, 9);
        }

        int[] hidden = [.. Enumerable.Range(0, s_truth.RowCount).Where(row => double.IsNaN(s_holed[row, 2]))];
        Assert.Equal(hidden.Average(row => s_truth[row, 2] == filled[row, 2] ? 1.0 : 0), found.Accuracy, 9);
        double share = hidden.Average(row => s_truth[row, 2] == filled[hidden[0], 2] ? 1.0 : 0);
        Assert.Equal(1 - share, found.Columns[2].GuessDistance, 9);
    }

    [Fact]
    public void Draws_are_distributed_like_the_truth_and_guesses_are_not()
    {
        ImputationQualityResult found = ImputationQuality.Measure(
            "Gaussian", s_truth, s_holed, TableImputer.Train(s_holed, new GaussianOptions()));
        Assert.True(found.DrawDistance < 0.15, $"{found.DrawDistance}");
        Assert.True(found.GuessDistance > found.DrawDistance);
        Assert.Equal(found.NominalCoverage, found.IntervalCoverage, 0.08);
    }

    [Fact]
    public void Every_baseline_is_measured_and_what_looks_at_the_row_beats_the_mean()
    {
        IReadOnlyList<ImputationQualityResult> found = ImputationQuality.MeasureWithBaselines(
            s_truth, s_holed, TableImputer.Train(s_holed, new GaussianOptions()));
        Assert.Equal(["model", "mean/mode", "nearest neighbours", "Gaussian", "chained ridge", "extra trees", "chained forests"],
            found.Select(result => result.Name));
        Assert.All(found.Where(result => result.Name != "mean/mode"), result =>
            Assert.True(result.RootMeanSquaredError < found[1].RootMeanSquaredError, $"{result}"));
    }

    [Fact]
    public void A_table_without_hidden_cells_is_refused() =>
        Assert.Contains("No cell", Assert.Throws<InvalidDataException>(() =>
            ImputationQuality.Measure("mean", s_truth, s_truth, TableImputer.Train(s_truth, new MeanModeOptions()))).Message);
}
