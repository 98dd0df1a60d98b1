using Microsoft.ML.Diffusion.Series.Amputation;
using Microsoft.ML.Diffusion.Series.Views;

namespace Microsoft.ML.Diffusion.Series.Tests.Amputation;

public class SeriesAmputationTests
{
    private const int Patients = 60, Hours = 200;

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void Points_are_hidden_at_the_rate_wherever_they_are(double rate)
    {
        StepRows rows = Rows(reversed: false);
        SeriesAmputation.HidePoints(rows, rate, seed: 1);
        Assert.InRange(Share(rows), rate * 0.9, rate * 1.1);
    }

    [Theory]
    [InlineData(0.1, 24)]
    [InlineData(0.3, 24)]
    [InlineData(0.5, 6)]
    public void Blocks_are_of_the_length_and_make_up_the_rate(double rate, double length)
    {
        StepRows rows = Rows(reversed: false);
        SeriesAmputation.HideBlocks(rows, rate, length, seed: 1);
        Assert.InRange(Share(rows), rate * 0.8, rate * 1.2);
        int whole = 0, other = 0;
        for (int group = 0; group < rows.GroupCount; group++)
        {
            foreach (int run in Runs(rows, group))
            {
                // Two stretches may touch; the first and the last may be cut.
                if (run % (int)length == 0)
                    whole++;
                else
                    other++;
            }
        }
        Assert.True(whole > other, $"{whole} stretches are of the length and {other} are not.");
    }

    [Fact]
    public void What_is_hidden_does_not_depend_on_the_order_of_rows()
    {
        StepRows one = Rows(reversed: false), other = Rows(reversed: true), seeded = Rows(reversed: false);
        SeriesAmputation.HideBlocks(one, 0.3, 12, seed: 1);
        SeriesAmputation.HideBlocks(other, 0.3, 12, seed: 1);
        SeriesAmputation.HideBlocks(seeded, 0.3, 12, seed: 2);
        Assert.Equal(Hidden(one), Hidden(other));
        Assert.NotEqual(Hidden(one), Hidden(seeded));
    }

    private static StepRows Rows(bool reversed)
    {
        var ml = new MLContext(seed: 1);
        IEnumerable<Observation> rows = Enumerable.Range(0, Patients * Hours)
            .Select(i => new Observation { Patient = $"p{i / Hours}", Hour = i % Hours, HR = 1, Lactate = 2 });
        IDataView view = ml.Data.LoadFromEnumerable(reversed ? rows.Reverse() : rows);
        SeriesLayout layout = new([new InputOutputColumnPair("HR"), new InputOutputColumnPair("Lactate")], "Patient", "Hour", []);
        return new StepRows(view, SeriesSources.Find(layout, view.Schema), refusesInfinities: true, CancellationToken.None);
    }

    private static double Share(StepRows rows) =>
        Enumerable.Range(0, rows.RowCount).Average(row => rows[row].ToArray().Average(cell => double.IsNaN(cell) ? 1.0 : 0.0));

    private static IEnumerable<string> Hidden(StepRows rows) => Enumerable.Range(0, rows.GroupCount)
        .OrderBy(rows.NameOf, StringComparer.Ordinal)
        .Select(group => $"{rows.NameOf(group)} {string.Join(' ', Runs(rows, group))}");

    private static List<int> Runs(StepRows rows, int group)
    {
        List<int> runs = [];
        int run = 0;
        foreach (int row in rows.RowsOf(group))
        {
            if (double.IsNaN(rows[row][0]))
            {
                run++;
                continue;
            }
            if (run > 0)
                runs.Add(run);
            run = 0;
        }
        if (run > 0)
            runs.Add(run);
        return runs;
    }
}
