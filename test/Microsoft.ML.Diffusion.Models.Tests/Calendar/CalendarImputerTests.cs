using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.ExtraTrees;
using Microsoft.ML.Diffusion.Models.Tables;
using static Microsoft.ML.Diffusion.Models.Tests.CalendarTables;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Imputation of dates, and of other columns from the parts of dates.</summary>
public class CalendarImputerTests
{
    private const int Rows = 1500;

    private static readonly Lazy<Table> s_holes = new(() => WithHoles(
        Visits(Rows), (Admitted, 10, 0), (Discharged, 10, 5), (Discharged, 20, 0), (Season, 10, 3), (Cost, 10, 7)));

    private static readonly Lazy<TableImputer> s_imputer = new(() => TableImputer.Train(s_holes.Value, new ConditionalOptions
    {
        Epochs = 120,
        Width = 96,
        Blocks = 1,
        Networks = 1,
        Draws = true,
        Members = ImputationMembers.Gaussian | ImputationMembers.Trees | ImputationMembers.Denoisers,
    }));

    [Fact]
    public void A_missing_date_lies_in_the_season_that_the_row_names()
    {
        Table truth = Visits(Rows), filled = s_imputer.Value.Impute(s_holes.Value);
        // Both dates are missing: by the trend alone one in three or four would fit.
        int[] both = [.. Enumerable.Range(0, Rows).Where(row => row % 20 == 0)];
        Assert.InRange(both.Average(row => SeasonOf(filled[row, Admitted]) == truth[row, Season] ? 1.0 : 0), 0.9, 1);
        double mean = Enumerable.Range(0, Rows).Average(row => truth[row, Admitted]);
        double error = both.Average(row => Math.Abs(filled[row, Admitted] - truth[row, Admitted]));
        Assert.InRange(error, 0, 1.1 * both.Average(row => Math.Abs(mean - truth[row, Admitted])));
    }

    [Fact]
    public void A_missing_date_lies_as_far_from_the_date_beside_as_the_row_says()
    {
        Table truth = Visits(Rows), filled = s_imputer.Value.Impute(s_holes.Value);
        int[] one = [.. Enumerable.Range(0, Rows).Where(row => row % 10 == 5 || row % 20 == 10)];
        // The cost tells the length of the stay to a fraction of a day; stays differ by 3.7 days.
        Assert.InRange(one.Average(row => Math.Abs(filled[row, Admitted] - truth[row, Admitted])
            + Math.Abs(filled[row, Discharged] - truth[row, Discharged])), 0, 1.5);
    }

    [Fact]
    public void Dates_are_whole_days_between_the_first_and_the_last_and_in_order()
    {
        foreach (ImputationMode mode in Enum.GetValues<ImputationMode>())
        {
            Table filled = s_imputer.Value.Impute(s_holes.Value, mode, seed: 3), truth = Visits(Rows);
            double first = Enumerable.Range(0, Rows).Min(row => truth[row, Admitted]);
            double last = Enumerable.Range(0, Rows).Max(row => truth[row, Discharged]);
            for (int row = 0; row < Rows; row++)
            {
                Assert.Equal(Math.Floor(filled[row, Admitted]), filled[row, Admitted]);
                Assert.InRange(filled[row, Admitted], first, filled[row, Discharged]);
                Assert.InRange(filled[row, Discharged], first, last);
            }
        }
    }

    [Fact]
    public void A_drawn_date_lies_in_the_season_that_the_row_names()
    {
        Table truth = Visits(Rows), drawn = s_imputer.Value.Impute(s_holes.Value, ImputationMode.Draw, seed: 3);
        int[] both = [.. Enumerable.Range(0, Rows).Where(row => row % 20 == 0)];
        Assert.InRange(both.Average(row => SeasonOf(drawn[row, Admitted]) == truth[row, Season] ? 1.0 : 0), 0.75, 1);
        // Draws are spread over the three years.
        Assert.InRange(both.Select(row => drawn[row, Admitted]).Distinct().Count(), both.Length / 2, both.Length);
    }

    [Fact]
    public void A_row_is_filled_alike_alone_in_a_table_on_any_number_of_threads_and_by_a_model_from_a_file()
    {
        Table holes = s_holes.Value;
        TableImputer imputer = s_imputer.Value, loaded = Reloaded(imputer);
        Assert.Equal(Bytes(imputer), Bytes(loaded));
        foreach (ImputationMode mode in Enum.GetValues<ImputationMode>())
        {
            Table filled = imputer.Impute(holes, mode, seed: 5, draw: 1), again = loaded.Impute(holes, mode, seed: 5, draw: 1);
            double[] alone = new double[holes.Columns.Count];
            for (int row = 0; row < 200; row++)
            {
                if (mode == ImputationMode.Draw)
                    imputer.Draw(holes.Row(row), alone, seed: 5, (ulong)row, draw: 1);
                else
                    imputer.Impute(holes.Row(row), alone);
                Assert.Equal(filled.Row(row).ToArray(), alone);
                Assert.Equal(filled.Row(row), again.Row(row));
            }
        }
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit_of_the_model()
    {
        byte[][] bytes = [.. new[] { 1, 3 }.Select(threads => Bytes(TableImputer.Train(
            WithHoles(Visits(200), (Admitted, 5, 0)), new ExtraTreesOptions { Trees = 10, Threads = threads })))];
        Assert.Equal(bytes[0], bytes[1]);
    }

    [Fact]
    public void The_interval_of_a_date_holds_it_as_often_as_it_says()
    {
        Table truth = Visits(Rows), holes = s_holes.Value;
        double[] completed = new double[4];
        var sure = new CellUncertainty[4];
        int held = 0, all = 0;
        for (int row = 0; row < Rows; row++)
        {
            s_imputer.Value.Impute(holes.Row(row), completed, sure, coverage: 0.9);
            for (int column = Admitted; column <= Discharged; column++)
            {
                if (!double.IsNaN(holes[row, column]))
                {
                    Assert.Equal((holes[row, column], holes[row, column]), (sure[column].Lower, sure[column].Upper));
                    continue;
                }
                Assert.InRange(completed[column], sure[column].Lower, sure[column].Upper);
                all++;
                held += truth[row, column] >= sure[column].Lower && truth[row, column] <= sure[column].Upper ? 1 : 0;
            }
        }
        // The intervals are calibrated on the few cells that a quick training holds back, and so hold more or fewer than they say.
        Assert.InRange(held / (double)all, 0.75, 1);
    }

    [Fact]
    public void A_number_is_predicted_from_the_weekday_and_the_time_of_day()
    {
        Table truth = Sales(Rows), holes = WithHoles(truth, (Amount, 5, 0)), plain = new(
            [TableColumn.Numeric("sold"), TableColumn.Numeric("amount")], Rows);
        for (int row = 0; row < Rows; row++)
            holes.Row(row).CopyTo(plain.Row(row));
        double Error(Table rows)
        {
            Table filled = TableImputer.Train(rows, new ExtraTreesOptions { Trees = 30 }).Impute(rows);
            return Enumerable.Range(0, Rows).Where(row => row % 5 == 0).Average(row => Math.Abs(filled[row, 1] - truth[row, 1]));
        }
        double error = Error(holes), without = Error(plain);
        // The noise alone is 1.6; the seconds alone tell next to nothing.
        Assert.InRange(error, 0, 4);
        Assert.InRange(without, 2 * error, double.PositiveInfinity);
    }

    [Fact]
    public void Times_around_midnight_are_guessed_on_the_clock_and_drawn_from_those_there_are()
    {
        // The end of a shift is three hours after its beginning, between nine in the evening and three in the morning.
        Table truth = new([TableColumn.TimeOfDay("begin"), TableColumn.TimeOfDay("end")], 400);
        for (int row = 0; row < 400; row++)
        {
            double begin = 18 + (row * 37 % 100 * 0.06);
            (truth[row, 0], truth[row, 1]) = (begin * 3600, (begin + 3) % 24 * 3600);
        }
        Table holes = WithHoles(truth, (1, 5, 0));
        var imputer = TableImputer.Train(holes, new ConditionalOptions
        {
            Epochs = 20,
            Width = 32,
            Blocks = 1,
            Networks = 1,
            Draws = true,
            Members = ImputationMembers.Gaussian | ImputationMembers.Trees,
        });
        Table guessed = Reloaded(imputer).Impute(holes), drawn = imputer.Impute(holes, ImputationMode.Draw, 1);
        int[] rows = [.. Enumerable.Range(0, 400).Where(row => row % 5 == 0)];
        double[] hours = [.. rows.Select(row => Math.Abs(guessed[row, 1] - truth[row, 1]) / 3600)];

        // A mean of seconds would be off by hours where it mixes both sides of midnight.
        Assert.InRange(hours.Max(off => Math.Min(off, 24 - off)), 0, 0.5);
        Assert.All(rows, row => Assert.Contains(
            drawn[row, 1], Enumerable.Range(0, 400).Select(other => holes[other, 1]), EqualityComparer<double>.Create(
                (a, b) => Math.Abs(a - b) < 0.001)));
    }

    [Theory]
    [InlineData("ridge")]
    [InlineData("nearest-neighbors")]
    [InlineData("missdiff")]
    public void Other_methods_fill_dates_within_their_range(string method)
    {
        Table truth = Visits(300), holes = WithHoles(truth, (Admitted, 5, 0), (Season, 5, 1));
        ImputerOptions options = ImputationMethods.All.Single(each => each.Name == method).NewOptions();
        if (options is DiffusionImputerOptions diffusion)
            (diffusion.Epochs, diffusion.Width, diffusion.Blocks, diffusion.SamplingSteps) = (1, 16, 1, 5);
        Table filled = TableImputer.Train(holes, options).Impute(holes);
        double first = Enumerable.Range(0, 300).Min(row => truth[row, Admitted]);
        for (int row = 0; row < 300; row++)
            Assert.InRange(filled[row, Admitted], first, filled[row, Discharged]);
    }
}
