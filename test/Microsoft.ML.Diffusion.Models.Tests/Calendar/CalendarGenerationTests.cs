using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Tables;
using static Microsoft.ML.Diffusion.Models.Tests.CalendarTables;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Rows with dates that are made.</summary>
public class CalendarGenerationTests
{
    private const int Rows = 1500, Made = 800;

    private static readonly Lazy<DiffusionGenerator> s_visits = new(() => DiffusionGenerator.Train(
        Visits(Rows), new MaskedOptions { Steps = 500, Seed = 2, Width = 128, Blocks = 1, LabelColumn = Season }));

    [Fact]
    public void The_season_of_a_made_row_fits_its_date()
    {
        Table made = s_visits.Value.Generate(Made, seed: 7);
        Assert.InRange(Share(made, row => SeasonOf(made[row, Admitted]) == made[row, Season]), 0.9, 1);
        Assert.All(Enumerable.Range(0, Made), row => Assert.InRange(made[row, Discharged] - made[row, Admitted], 1, 17));
    }

    [Fact]
    public void The_difference_of_made_dates_fits_the_number_that_follows_it()
    {
        Table made = s_visits.Value.Generate(Made, seed: 7);
        double error = Enumerable.Range(0, Made).Average(row =>
            Math.Abs(made[row, Cost] / 200 - (made[row, Discharged] - made[row, Admitted])));
        // Stays differ by 3.7 days.
        Assert.InRange(error, 0, 1.5);
    }

    [Fact]
    public void A_fixed_date_decides_the_season_and_stays()
    {
        double day = DayOf(new DateTime(2020, 1, 15, 0, 0, 0, DateTimeKind.Utc));
        Table made = s_visits.Value.Generate(200, new GenerationConditions(s_visits.Value.Columns).Fix(Admitted, day), seed: 8);
        Assert.All(Enumerable.Range(0, 200), row => Assert.Equal(day, made[row, Admitted]));
        Assert.All(Enumerable.Range(0, 200), row => Assert.InRange(made[row, Discharged] - day, 1, 17));
        Assert.InRange(Share(made, row => made[row, Season] == 0), 0.9, 1);
    }

    [Fact]
    public void A_range_of_dates_holds_and_decides_the_season()
    {
        double first = DayOf(new DateTime(2020, 7, 3, 0, 0, 0, DateTimeKind.Utc));
        var conditions = new GenerationConditions(s_visits.Value.Columns);
        Table made = s_visits.Value.Generate(200, conditions.Within(Admitted, new ValueRange(first, first + 9)), seed: 8);
        Assert.All(Enumerable.Range(0, 200), row => Assert.InRange(made[row, Admitted], first, first + 9));
        Assert.InRange(Share(made, row => made[row, Season] == 2), 0.9, 1);
    }

    [Fact]
    public void A_given_season_decides_the_date()
    {
        Table made = s_visits.Value.Generate(200, new GenerationConditions(s_visits.Value.Columns).Fix(Season, 3), seed: 9);
        Assert.InRange(Share(made, row => SeasonOf(made[row, Admitted]) == 3), 0.85, 1);
    }

    [Fact]
    public void Missing_dates_are_made_as_often_as_they_were_and_on_request()
    {
        Table holes = WithHoles(Visits(Rows), (Admitted, 4, 0));
        DiffusionGenerator generator = DiffusionGenerator.Train(holes, new MaskedOptions { Steps = 200, Seed = 2, Width = 64, Blocks = 1 });
        Table made = generator.Generate(Made, new GenerationConditions(holes.Columns) { KeepMissing = true }, seed: 1);
        Assert.InRange(Share(made, row => double.IsNaN(made[row, Admitted])), 0.15, 0.35);
        made = generator.Generate(50, new GenerationConditions(holes.Columns).Missing(Admitted), seed: 1);
        Assert.All(Enumerable.Range(0, 50), row => Assert.True(double.IsNaN(made[row, Admitted]) && !double.IsNaN(made[row, Discharged])));
        made = generator.Generate(50, seed: 1);
        Assert.All(Enumerable.Range(0, 50), row => Assert.False(double.IsNaN(made[row, Admitted])));
    }

    [Fact]
    public void A_loaded_generator_makes_the_same_rows_in_any_portions()
    {
        using var stream = new MemoryStream();
        s_visits.Value.Save(new BinaryWriter(stream));
        stream.Position = 0;
        DiffusionGenerator loaded = GenerationMethods.Load(new BinaryReader(stream));
        Table made = s_visits.Value.Generate(100, seed: 7);
        int row = 0;
        foreach (Table portion in loaded.GenerateInPortions(100, seed: 7, rowsPerPortion: 33))
        {
            for (int i = 0; i < portion.RowCount; i++)
                Assert.Equal(made.Row(row++), portion.Row(i));
        }
    }

    [Fact]
    public void Made_numbers_follow_the_weekday_and_the_time_of_day_of_made_moments()
    {
        Table truth = Sales(3000);
        var options = new MaskedOptions { Steps = 800, Seed = 2, Width = 128, Blocks = 1 };
        DiffusionGenerator generator = DiffusionGenerator.Train(truth, options);
        Table made = generator.Generate(Made, seed: 3);
        double error = Enumerable.Range(0, Made).Average(row => Math.Abs(made[row, Amount] - AmountAt(made[row, Sold])));
        // Without weekday and hour the amounts differ by 15 from what their moment says.
        Assert.InRange(error, 0, 6);
        Assert.All(Enumerable.Range(0, Made), row => Assert.InRange(made[row, Sold] % 86400 / 3600, 7.99, 19.51));
    }

    private static double Share(Table table, Func<int, bool> holds) =>
        Enumerable.Range(0, table.RowCount).Average(row => holds(row) ? 1.0 : 0);
}
