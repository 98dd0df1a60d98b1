using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class UncertaintyTests
{
    private static readonly TableImputer s_model = TrainedModels.Of("conditional");

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.5)]
    public void Intervals_hold_the_true_number_of_unseen_rows_as_often_as_they_say(double coverage)
    {
        Table truth = Simulated.Pairs(6000, seed: 77), amputed = Amputer.Ampute(truth, MissingnessMechanism.McarColumn, 0.3, 5);
        int inside = 0, cells = 0;
        ForEachRow(amputed, coverage, (row, uncertainties) =>
        {
            for (int column = 0; column < 2; column++)
            {
                if (!double.IsNaN(amputed[row, column]))
                    continue;
                cells++;
                inside += truth[row, column] >= uncertainties[column].Lower && truth[row, column] <= uncertainties[column].Upper ? 1 : 0;
            }
        });
        Assert.InRange((double)inside / cells, coverage - 0.04, coverage + 0.04);
    }

    [Fact]
    public void The_deviation_is_that_of_the_error()
    {
        // With x known, y is normal with the deviation 3 * sqrt(1 - 0.8^2) = 1.8.
        CellUncertainty[] uncertainties = new CellUncertainty[3];
        s_model.Impute([0.3, double.NaN, 1], new double[3], uncertainties);
        Assert.InRange(uncertainties[1].StandardDeviation, 1.6, 2.2);
        Assert.True(uncertainties[1].Upper - uncertainties[1].Lower > 4);
    }

    [Fact]
    public void The_mean_probability_of_the_guessed_categories_is_the_share_that_is_right()
    {
        Table truth = Simulated.Pairs(4000, seed: 78), amputed = Amputer.Ampute(truth, MissingnessMechanism.McarColumn, 0.3, 5);
        Table filled = s_model.Impute(amputed);
        double probability = 0, right = 0;
        int cells = 0;
        ForEachRow(amputed, 0.9, (row, uncertainties) =>
        {
            if (!double.IsNaN(amputed[row, 2]))
                return;
            cells++;
            probability += uncertainties[2].Probability;
            right += filled[row, 2] == truth[row, 2] ? 1 : 0;
        });
        // Fitted on some 120 held-back cells, of which two in three are right: twice the standard error of that share.
        Assert.InRange((probability - right) / cells, -0.085, 0.085);
    }

    [Fact]
    public void An_observed_cell_is_certain_and_the_guess_inside_its_interval()
    {
        CellUncertainty[] uncertainties = new CellUncertainty[3];
        double[] completed = new double[3];
        s_model.Impute([0.3, double.NaN, 1], completed, uncertainties);
        Assert.Equal(CellUncertainty.OfNumber(0.3, 0.3, 0), uncertainties[0]);
        Assert.Equal(CellUncertainty.OfCategory(1), uncertainties[2]);
        Assert.InRange(completed[1], uncertainties[1].Lower, uncertainties[1].Upper);
    }

    [Fact]
    public void Asking_how_sure_a_guess_is_does_not_change_it()
    {
        double[] row = [double.NaN, 12, double.NaN], plain = new double[3], told = new double[3];
        s_model.Impute(row, plain);
        s_model.Impute(row, told, new CellUncertainty[3]);
        Assert.Equal(plain, told);
    }

    [Fact]
    public void A_saved_model_is_as_sure_as_before()
    {
        using MemoryStream stream = new();
        using (BinaryWriter writer = new(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            s_model.Save(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        var loaded = ImputationMethods.Load(reader);
        CellUncertainty[] before = new CellUncertainty[3], after = new CellUncertainty[3];
        double[] row = [double.NaN, 12, double.NaN];
        s_model.Impute(row, new double[3], before);
        loaded.Impute(row, new double[3], after);
        Assert.Equal(before, after);
        Assert.Equal(s_model.Members, loaded.Members);
    }

    [Fact]
    public void Without_held_back_cells_nothing_is_claimed()
    {
        var options = (ConditionalOptions)TrainedModels.Quick("conditional");
        options.ValidationShare = 0;
        var model = TableImputer.Train(TrainedModels.Amputed, options);
        CellUncertainty[] uncertainties = new CellUncertainty[3];
        model.Impute([0.3, double.NaN, 1], new double[3], uncertainties);
        Assert.False(model.IsCalibrated);
        Assert.Equal(CellUncertainty.Unknown, uncertainties[1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_coverage_that_is_no_share_is_refused(double coverage) =>
        Assert.ThrowsAny<ArgumentException>(() => s_model.Impute([0.3, double.NaN, 1], new double[3], new CellUncertainty[3], coverage));

    private static void ForEachRow(Table rows, double coverage, Action<int, CellUncertainty[]> look)
    {
        CellUncertainty[] uncertainties = new CellUncertainty[rows.Columns.Count];
        double[] completed = new double[rows.Columns.Count];
        for (int row = 0; row < rows.RowCount; row++)
        {
            s_model.Impute(rows.Row(row), completed, uncertainties, coverage);
            look(row, uncertainties);
        }
    }
}
