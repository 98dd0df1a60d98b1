using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Methods.ExtraTrees;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Methods.MissForest;
using Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class BaselineTests
{
    private static readonly Dictionary<string, Func<ImputerOptions>> s_options = new(StringComparer.Ordinal)
    {
        ["gaussian"] = () => new GaussianOptions(),
        ["extra-trees"] = () => new ExtraTreesOptions { Trees = 20 },
        ["missforest"] = () => new MissForestOptions { Trees = 20, Sweeps = 2 },
        ["nearest-neighbors"] = () => new NearestNeighborsOptions(),
        ["ridge"] = () => new ChainedRidgeOptions(),
    };

    public static TheoryData<string> Names => [.. s_options.Keys];

    private static TableImputer Fit(string name, Table table, int? threads = null)
    {
        ImputerOptions options = s_options[name]();
        if (options is ThreadedImputerOptions threaded)
            threaded.Threads = threads;
        Assert.Equal(name, options.Registration.Name);
        return TableImputer.Train(table, options);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void New_rows_are_filled_better_than_with_the_mean(string name)
    {
        TableImputer imputer = Fit(name, PredictorChecks.Holey(1000, 1));
        Table truth = Simulated.Pairs(500, 2);
        Table amputed = Amputer.Ampute(truth, MissingnessMechanism.McarIndependent, 0.25, 3);
        Table filled = imputer.Impute(amputed);
        Table mean = TableImputer.Train(amputed, new MeanModeOptions()).Impute(amputed);
        Assert.True(Simulated.Error(truth, amputed, filled, 1) < 0.85 * Simulated.Error(truth, amputed, mean, 1));
        Assert.True(Simulated.Accuracy(truth, amputed, filled, 2) > 0.7);
        for (int column = 0; column < 3; column++)
            Assert.Equal(0, Simulated.Missing(filled, column));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Draws_spread_as_far_as_the_predictions_are_wrong(string name)
    {
        TableImputer imputer = Fit(name, Simulated.Pairs(1500));
        Table rows = new(Simulated.Columns, 2000);
        for (int row = 0; row < rows.RowCount; row++)
            (rows[row, 0], rows[row, 2]) = (1, 1);
        Table drawn = imputer.Impute(rows, ImputationMode.Draw, seed: 3);
        double[] y = [.. Enumerable.Range(0, rows.RowCount).Select(row => drawn[row, 1])];
        double expected = Simulated.DeviationOfY * Math.Sqrt(1 - (Simulated.Correlation * Simulated.Correlation));
        Assert.InRange(Math.Sqrt(y.Average(v => Math.Pow(v - y.Average(), 2))), 0.85 * expected, 1.6 * expected);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_number_of_threads_changes_no_bit(string name)
    {
        Table table = PredictorChecks.Holey(300);
        Assert.Equal(Simulated.Bits(Fit(name, table, 1).Impute(table)), Simulated.Bits(Fit(name, table, 2).Impute(table)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Constant_columns_one_row_and_no_rows_are_met(string name)
    {
        double[] completed = new double[3];
        Fit(name, Simulated.Pairs(1)).Impute([double.NaN, 7, double.NaN], completed);
        Table one = Simulated.Pairs(1);
        Assert.Equal([one[0, 0], 7, one[0, 2]], completed);
        Assert.Throws<InvalidDataException>(() => Fit(name, Simulated.Pairs(0)));
    }
}
