using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class TrainedImputerTests
{
    public static TheoryData<string> Methods => TrainedModels.Methods;

    [Theory]
    [MemberData(nameof(Methods))]
    public void Trained_on_incomplete_rows_it_beats_the_mean_and_the_mode(string method)
    {
        Table truth = TrainedModels.Truth, amputed = TrainedModels.Amputed;
        Table ours = TrainedModels.Of(method).Impute(amputed), mean = TableImputer.Train(amputed, new MeanModeOptions()).Impute(amputed);
        // Of y given x, sqrt(1 - 0.8^2) = 0.6 of the deviation is left; some rows lack x too. MissDiff, which replaces observed
        // entries in the reverse process of an unconditional model, makes less use of them.
        double most = method == "missdiff" ? 0.95 : 0.8;
        Assert.InRange(Simulated.Error(truth, amputed, ours, 1) / Simulated.Error(truth, amputed, mean, 1), 0.5, most);
        Assert.InRange(Simulated.Error(truth, amputed, ours, 0) / Simulated.Error(truth, amputed, mean, 0), 0.4, most);
        double gain = Simulated.Accuracy(truth, amputed, ours, 2) - Simulated.Accuracy(truth, amputed, mean, 2);
        Assert.InRange(gain, method == "missdiff" ? 0.02 : 0.2, 0.45);
    }

    [Fact]
    public void The_best_guess_of_a_number_is_its_conditional_mean()
    {
        double squares = 0;
        double[] completed = new double[3];
        for (double x = -1.5; x <= 1.5; x += 0.25)
        {
            TrainedModels.Of("conditional").Impute([x, double.NaN, double.NaN], completed);
            double expected = Simulated.MeanOfY + Simulated.DeviationOfY * Simulated.Correlation * x;
            squares += Math.Pow((completed[1] - expected) / Simulated.DeviationOfY, 2) / 13;
            if (Math.Abs(x) > 0.3)
                Assert.Equal(x > 0 ? 1 : 0, completed[2]);
        }
        Assert.True(Math.Sqrt(squares) < 0.15, $"off by {Math.Sqrt(squares):F3} deviations");
    }

    [Fact]
    public void Draws_have_the_conditional_distribution()
    {
        const int Count = 4000;
        const double Tolerance = 0.1;
        Table rows = new(Simulated.Columns, Count);
        // Around 1, since a single value is in the leaves of a handful of training rows.
        for (int row = 0; row < Count; row++)
            rows[row, 0] = 0.5 + ((row + 0.5) / Count);
        Table drawn = TrainedModels.Of("conditional").Impute(rows, ImputationMode.Draw, seed: 2);
        double[] y = [.. Enumerable.Range(0, Count).Select(row => ((drawn[row, 1] - Simulated.MeanOfY) / Simulated.DeviationOfY)
            - (Simulated.Correlation * drawn[row, 0]))];
        Assert.Equal(0, y.Average(), Tolerance);
        Assert.Equal(0.6, Math.Sqrt(y.Average(value => Math.Pow(value - y.Average(), 2))), Tolerance);
        Assert.Equal(Simulated.SignIsRight, Enumerable.Range(0, Count).Average(row => drawn[row, 2]), Tolerance);
    }

    [Theory]
    [InlineData("missdiff")]
    [InlineData("csdit")]
    public void Draws_of_empty_rows_have_the_distribution_of_the_table(string method)
    {
        Table drawn = TrainedModels.Of(method).Impute(new Table(Simulated.Columns, 1000), ImputationMode.Draw, seed: 2);
        double[] y = [.. Column(drawn, 1).Select(value => (value - Simulated.MeanOfY) / Simulated.DeviationOfY)];
        Assert.Equal(0, y.Average(), 0.3);
        Assert.InRange(Math.Sqrt(y.Average(value => value * value)), 0.7, 1.3);
        Assert.Equal(0.5, Column(drawn, 2).Average(), 0.2);
    }

    [Fact]
    public void Draws_of_CsdiT_follow_what_is_known()
    {
        Table rows = new(Simulated.Columns, 1000);
        for (int row = 0; row < rows.RowCount; row++)
            rows[row, 0] = row % 2 == 0 ? -1 : 1;
        Table drawn = TrainedModels.Of("csdit").Impute(rows, ImputationMode.Draw, seed: 2);
        double[] y = Column(drawn, 1), sign = Column(drawn, 2);
        double Mean(double[] of, int parity) => of.Where((_, row) => row % 2 == parity).Average();
        Assert.InRange((Mean(y, 1) - Mean(y, 0)) / (2 * Simulated.DeviationOfY), 0.2, 1);
        Assert.InRange(Mean(sign, 1) - Mean(sign, 0), 0.2, 1);
    }

    [Fact]
    public void Draws_of_two_missing_cells_belong_together()
    {
        Table drawn = TrainedModels.Of("conditional").Impute(new Table(Simulated.Columns, 4000), ImputationMode.Draw, seed: 2);
        double[] x = Column(drawn, 0), y = Column(drawn, 1), sign = Column(drawn, 2);
        Assert.InRange(Correlation(x, y), 0.72, 0.88);
        Assert.Equal(Simulated.SignIsRight, x.Zip(sign, (value, s) => (value > 0) == (s == 1) ? 1.0 : 0).Average(), 0.15);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_row_gets_the_same_bits_alone_and_in_a_table(string method)
    {
        TableImputer model = TrainedModels.Of(method);
        Table table = Part(TrainedModels.Amputed, 300);
        Table guessed = model.Impute(table), drawn = model.Impute(table, ImputationMode.Draw, seed: 4);
        double[] completed = new double[3];
        for (int row = 0; row < table.RowCount; row += 7)
        {
            model.Impute(table.Row(row), completed);
            Assert.Equal(guessed.Row(row).ToArray(), completed);
            model.Draw(table.Row(row), completed, 4, (ulong)row);
            Assert.Equal(drawn.Row(row).ToArray(), completed);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Draws_differ_by_seed_row_and_number(string method)
    {
        TableImputer model = TrainedModels.Of(method);
        double Drawn(ulong seed, ulong rowId, int draw)
        {
            double[] completed = new double[3];
            model.Draw([1, double.NaN, double.NaN], completed, seed, rowId, draw);
            return completed[1];
        }
        double[] answers = [Drawn(1, 1, 0), Drawn(2, 1, 0), Drawn(1, 2, 0), Drawn(1, 1, 1), Drawn(1, 1, 2)];
        Assert.Equal(5, answers.Distinct().Count());
        Assert.Equal(answers[3], Drawn(1, 1, 1));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_same_seed_gives_the_same_bits_on_one_thread_and_on_two(string method)
    {
        Table table = Part(TrainedModels.Amputed, 200);
        long[] Trained(int threads, ulong seed)
        {
            DiffusionImputerOptions options = TrainedModels.Quick(method, 20);
            (options.Threads, options.Seed) = (threads, seed);
            return Simulated.Bits(TableImputer.Train(table, options).Impute(table));
        }
        long[] one = Trained(1, 7);
        Assert.Equal(one, Trained(2, 7));
        Assert.NotEqual(one, Trained(1, 8));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Observed_cells_come_out_bit_for_bit_and_no_cell_is_left_missing(string method)
    {
        Table table = Part(TrainedModels.Amputed, 200);
        long[] before = Simulated.Bits(table);
        Table filled = TrainedModels.Of(method).Impute(table);
        Assert.Equal(before, Simulated.Bits(table));
        for (int row = 0; row < table.RowCount; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                Assert.False(double.IsNaN(filled[row, column]));
                if (!double.IsNaN(table[row, column]))
                    Assert.Equal(BitConverter.DoubleToInt64Bits(table[row, column]), BitConverter.DoubleToInt64Bits(filled[row, column]));
            }
        }
    }

    [Fact]
    public void It_learns_from_a_table_in_which_no_row_is_complete()
    {
        Table truth = Simulated.Pairs(1500), amputed = truth.Clone();
        for (int row = 0; row < truth.RowCount; row++)
            amputed[row, row % 3] = double.NaN;
        Table filled = TableImputer.Train(amputed, TrainedModels.Quick("conditional", 100)).Impute(amputed);
        Assert.True(Simulated.Error(truth, amputed, filled, 1) < 0.8 * Simulated.DeviationOfY);
    }

    [Theory]
    [InlineData(MissingnessMechanism.McarIndependent)]
    [InlineData(MissingnessMechanism.Mar)]
    [InlineData(MissingnessMechanism.Mnar)]
    public void MissDiff_learns_whatever_the_mechanism(MissingnessMechanism mechanism)
    {
        Table truth = Simulated.Pairs(1000), amputed = Amputer.Ampute(truth, mechanism, 0.25, 3);
        Table ours = TableImputer.Train(amputed, TrainedModels.Quick("missdiff", 60)).Impute(amputed);
        Table mean = TableImputer.Train(amputed, new MeanModeOptions()).Impute(amputed);
        double[] ratios = [.. Enumerable.Range(0, 2)
            .Where(column => Simulated.Missing(amputed, column) > 0)
            .Select(column => Simulated.Error(truth, amputed, ours, column) / Simulated.Error(truth, amputed, mean, column))];
        Assert.True(ratios.Average() < 0.96, $"{ratios.Average():F3} of the mean's error");
    }

    private static Table Part(Table table, int rows)
    {
        Table part = new(table.Columns, rows);
        for (int row = 0; row < rows; row++)
            table.Row(row).CopyTo(part.Row(row));
        return part;
    }

    private static double[] Column(Table table, int column) =>
        [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, column])];

    private static double Correlation(double[] a, double[] b)
    {
        double meanA = a.Average(), meanB = b.Average();
        return a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum()
            / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }
}
