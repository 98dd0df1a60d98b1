using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Tables with more holes than values, and holes that are not there by chance.</summary>
public class SparseTableTests
{
    [Theory]
    [InlineData(0.5, 0.85)]
    [InlineData(0.8, 0.97)]
    public void What_little_is_left_of_a_table_still_beats_the_mean(double rate, double share)
    {
        Table truth = Simulated.Pairs(1500, seed: 9), amputed = Amputer.Ampute(truth, MissingnessMechanism.McarColumn, rate, 4);
        Table filled = TableImputer.Train(amputed, TrainedModels.Quick("conditional", epochs: 100)).Impute(amputed);
        Table mean = TableImputer.Train(amputed, new MeanModeOptions()).Impute(amputed);
        for (int column = 0; column < 2; column++)
            Assert.InRange(Simulated.Error(truth, amputed, filled, column) / Simulated.Error(truth, amputed, mean, column), 0, share);
        Assert.True(Simulated.Accuracy(truth, amputed, filled, 2) > Simulated.Accuracy(truth, amputed, mean, 2));
    }

    [Fact]
    public void A_table_without_a_complete_row_is_learned_from()
    {
        Table truth = Simulated.Pairs(1500, seed: 9), amputed = Amputer.Ampute(truth, MissingnessMechanism.McarRow, 0.34, 4);
        Assert.DoesNotContain(Enumerable.Range(0, amputed.RowCount), row => amputed.Row(row).IndexOf(double.NaN) < 0);
        Table filled = TableImputer.Train(amputed, TrainedModels.Quick("conditional", epochs: 100)).Impute(amputed);
        Table mean = TableImputer.Train(amputed, new MeanModeOptions()).Impute(amputed);
        Assert.InRange(Simulated.Error(truth, amputed, filled, 1) / Simulated.Error(truth, amputed, mean, 1), 0, 0.8);
    }

    [Theory]
    [InlineData(MissingnessMechanism.Mar)]
    [InlineData(MissingnessMechanism.Mnar)]
    public void Holes_that_depend_on_the_row_are_filled_better_than_by_the_mean(MissingnessMechanism mechanism)
    {
        Table truth = Simulated.Pairs(1500, seed: 9), amputed = Amputer.Ampute(truth, mechanism, 0.3, 4);
        Table filled = TableImputer.Train(amputed, TrainedModels.Quick("conditional", epochs: 100)).Impute(amputed);
        Table mean = TableImputer.Train(amputed, new MeanModeOptions()).Impute(amputed);
        foreach (int column in Enumerable.Range(0, 2).Where(column => Simulated.Missing(amputed, column) > 0))
            Assert.InRange(Simulated.Error(truth, amputed, filled, column) / Simulated.Error(truth, amputed, mean, column), 0, 0.85);
    }
}
