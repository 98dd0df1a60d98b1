using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>Columns that tell how sure the cells are that <c>impute</c> fills in, and the members of the best guess.</summary>
public sealed class ImputeIntervalsTests : IDisposable
{
    private const int Rows = 300;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Intervals_are_columns_at_the_end_that_hold_what_was_hidden_and_are_empty_where_nothing_was_filled_in()
    {
        string[] whole = [.. Enumerable.Range(0, Rows).Select(i => Row(i, hides: false))];
        string input = _folder.Write("in.csv", Lines("x;y;g;day", [.. Enumerable.Range(0, Rows).Select(i => Row(i, hides: true))]));
        string[] quick = ["--members", "trees,gaussian"];
        Assert.Equal(ExitCode.Done, Impute(input, "plain.csv", quick).ExitCode);
        CommandRun run = Impute(input, "sure.csv", [.. quick, "--intervals"]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);

        string[] plain = File.ReadAllLines(_folder.PathOf("plain.csv")), sure = File.ReadAllLines(_folder.PathOf("sure.csv"));
        Assert.Equal("x;y;g;day;x.Lower;x.Upper;x.StandardDeviation;y.Lower;y.Upper;y.StandardDeviation;g.Probability;"
            + "day.Lower;day.Upper;day.StandardDeviation", sure[0]);
        int hidden = 0, held = 0;
        for (int i = 0; i < Rows; i++)
        {
            Assert.StartsWith(plain[i + 1] + ";", sure[i + 1], StringComparison.Ordinal);
            string[] cells = sure[i + 1].Split(';')[4..], truth = whole[i].Split(';');
            bool[] filled = [HidesX(i), HidesY(i), HidesG(i), HidesDay(i)];
            Assert.Equal([filled[0], filled[0], filled[0], filled[1], filled[1], filled[1], filled[2], filled[3], filled[3], filled[3]],
                cells.Select(cell => cell.Length > 0));
            if (filled[2])
                Assert.InRange(Number(cells[6]), 0, 1);
            if (filled[3])
                Assert.True(Day(cells[7]) <= Day(sure[i + 1].Split(';')[3]) && Day(sure[i + 1].Split(';')[3]) <= Day(cells[8]));
            if (!filled[1])
                continue;
            hidden++;
            held += Number(cells[3]) <= Number(truth[1]) && Number(truth[1]) <= Number(cells[4]) ? 1 : 0;
        }
        Assert.InRange(held / (double)hidden, 0.7, 1);
    }

    [Fact]
    public void In_a_file_with_decimal_commas_all_numbers_that_are_added_have_them()
    {
        IEnumerable<string> rows = Enumerable.Range(0, Rows).Select(i => Row(i, hides: true).Replace('.', ',') + (i % 5 == 4 ? ";" : $";{i % 40}"));
        CommandRun run = Impute(
            _folder.Write("in.csv", Lines("x;y;g;day;whole", [.. rows])), "sure.csv", "--members", "trees,gaussian", "--intervals");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);

        string[][] added = [.. File.ReadAllLines(_folder.PathOf("sure.csv")).Skip(1).Select(line => line.Split(';')[5..])];
        Assert.DoesNotContain(added.SelectMany(cells => cells), cell => cell.Contains('.', StringComparison.Ordinal));
        // The share of a category, the deviation of a date and the ends of whole numbers are among them.
        foreach (int column in new[] { 0, 6, 9, 10 })
            Assert.Contains(added, cells => cells[column].Contains(',', StringComparison.Ordinal));
    }

    [Fact]
    public void The_best_guess_is_that_of_the_members_that_are_named()
    {
        string input = _folder.Write("in.csv", Lines("x;y;g;day", [.. Enumerable.Range(0, Rows).Select(i => Row(i, hides: true))]));
        string[] members = ["gaussian", "trees", "Gaussian,trees"];
        string[] texts = [.. members.Select((member, i) =>
        {
            CommandRun run = Impute(input, $"{i}.csv", "--members", member);
            Assert.True(run.ExitCode == ExitCode.Done, run.Error);
            return File.ReadAllText(_folder.PathOf($"{i}.csv"));
        })];
        Assert.Equal(members.Length, texts.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(ExitCode.BadUsage, "--intervals are about the best guess", "--intervals", "--draws", "3")]
    [InlineData(ExitCode.BadInput, "cannot tell how sure it is", "--intervals", "--method", "mean")]
    [InlineData(ExitCode.BadUsage, "--members has 'tree' where some of", "--members", "gaussian,tree")]
    [InlineData(ExitCode.BadUsage, "mean has none", "--members", "gaussian", "--method", "mean")]
    public void What_cannot_be_is_refused_in_a_sentence(int code, string sentence, params string[] args)
    {
        CommandRun run = CommandRun.Of(["impute", _folder.Write("in.csv", "a,b\n1,\n2,3\n"), "-o", _folder.PathOf("out.csv"), .. args]);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Equal(code, run.ExitCode);
        Assert.False(File.Exists(_folder.PathOf("out.csv")));
    }

    [Fact]
    public void A_column_of_a_name_that_intervals_add_is_refused()
    {
        string input = _folder.Write("in.csv", "a,a.Lower\n1,2\n,3\n3,4\n4,5\n5,6\n");
        CommandRun run = Impute(input, "out.csv", "--intervals", "--members", "gaussian");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("a column 'a.Lower' already", run.Error, StringComparison.Ordinal);
    }

    private CommandRun Impute(string input, string output, params string[] more) =>
        CommandRun.Of(["impute", input, "-o", _folder.PathOf(output), "--quiet", .. more]);

    // Different cells are missing in different rows.
    private static bool HidesX(int i) => i % 11 == 3;

    private static bool HidesY(int i) => i % 4 == 1;

    private static bool HidesG(int i) => i % 7 == 2;

    private static bool HidesDay(int i) => i % 9 == 5;

    private static string Row(int i, bool hides)
    {
        double x = Math.Sin(i * 12.9898) * 10, y = (2 * x) + (3 * Math.Cos(i * 78.233));
        string day = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Unspecified).AddDays(Math.Round(100 + (5 * x) + (8 * Math.Cos(i * 3.7))))
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return string.Join(';',
            hides && HidesX(i) ? "" : x.ToString("F2", CultureInfo.InvariantCulture),
            hides && HidesY(i) ? "" : y.ToString("F2", CultureInfo.InvariantCulture),
            hides && HidesG(i) ? "" : x > 0 ? "high" : "low",
            hides && HidesDay(i) ? "" : day);
    }

    private static string Lines(string header, string[] rows) => string.Join('\n', [header, .. rows]) + "\n";

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    private static DateTime Day(string cell) => DateTime.ParseExact(cell, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
