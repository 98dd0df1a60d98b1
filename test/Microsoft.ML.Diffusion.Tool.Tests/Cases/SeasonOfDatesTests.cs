using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

/// <summary>A category that follows the month of a date, and a second date a few days later.</summary>
public sealed class SeasonOfDatesTests : IDisposable
{
    private const int Rows = 1200;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Filled_dates_and_made_rows_fit_their_season_and_stay_in_order()
    {
        (DateTime From, DateTime To)[] truth = [.. Make()];
        string full = _folder.Write("full.csv", "from,to,season\n" + string.Concat(truth.Select(row => Line(row.From, row.To, row.From))));
        // Both dates are missing in one row of ten.
        string holes = _folder.Write("holes.csv", "from,to,season\n" + string.Concat(truth.Select((row, i) =>
            i % 10 == 0 ? Line(null, null, row.From) : Line(row.From, i % 10 == 5 ? null : row.To, row.From))));
        string quick = _folder.Write("quick.json", """{ "epochs": 3, "networks": 1 }""");
        string model = _folder.PathOf("model.zip");
        Run("train", holes, "--model", model, "--config", quick, "--seed", "1");
        Run("impute", holes, "-o", _folder.PathOf("filled.csv"), "--model", model);
        string[][] filled = Cells("filled.csv");
        Assert.InRange(Share(filled.Where((_, i) => i % 10 == 0)), 0.9, 1);
        Assert.All(filled, row => Assert.True(string.CompareOrdinal(row[0], row[1]) <= 0));
        int[] one = [.. Enumerable.Range(0, Rows).Where(i => i % 10 == 5)];
        Assert.InRange(one.Average(i => Math.Abs((Date(filled[i][1]) - truth[i].To).TotalDays)), 0, 5);

        string few = _folder.Write("few.json", """{ "steps": 500, "width": 128, "blocks": 1 }""");
        Run("synthesize", full, "-o", _folder.PathOf("made.csv"), "--rows", "500", "--config", few, "--seed", "1");
        string[][] made = Cells("made.csv");
        Assert.InRange(Share(made), 0.9, 1);
        Assert.All(made, row => Assert.InRange((Date(row[1]) - Date(row[0])).TotalDays, 0, 10));
        Run("synthesize", full, "-o", _folder.PathOf("asked.csv"), "--rows", "100", "--config", few, "--where", "from=2020-01-15");
        Assert.InRange(Share(Cells("asked.csv")), 0.9, 1);
    }

    private static IEnumerable<(DateTime From, DateTime To)> Make()
    {
        Random random = new(6);
        for (int i = 0; i < Rows; i++)
        {
            DateTime from = new DateTime(2019, 1, 1).AddDays(random.Next(3 * 365));
            yield return (from, from.AddDays(random.Next(11)));
        }
    }

    private static string Line(DateTime? from, DateTime? to, DateTime season) =>
        string.Create(CultureInfo.InvariantCulture, $"{from:yyyy-MM-dd},{to:yyyy-MM-dd},{SeasonOf(season)}\n");

    private static string SeasonOf(DateTime date) =>
        (date.Month % 12 / 3) switch { 0 => "winter", 1 => "spring", 2 => "summer", _ => "autumn" };

    private static DateTime Date(string text) => DateTime.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static double Share(IEnumerable<string[]> rows) => rows.Average(row => SeasonOf(Date(row[0])) == row[2] ? 1.0 : 0);

    private string[][] Cells(string name) => [.. File.ReadLines(_folder.PathOf(name)).Skip(1).Select(line => line.Split(','))];

    private static void Run(params string[] arguments)
    {
        var run = Commands.CommandRun.Of([.. arguments, "--quiet"]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
    }
}
