using System.Globalization;
using System.Text;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>Variables of all kinds: categories, yes and no, whole numbers, lattices, amounts, durations and dates.</summary>
public sealed class ImputeSeriesKindsTests : IDisposable
{
    private static readonly string[] s_names = ["State", "Alarm", "Count", "Dose", "Price", "Length", "Flag"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("linear")]
    [InlineData("smoother")]
    [InlineData("mean")]
    public void Filled_cells_are_written_as_their_column_writes_them_and_every_other_byte_stays(string method)
    {
        string[][] truth = Rows(), holes = WithHoles(truth);
        string text = Text(holes);
        string input = _folder.Write("in.csv", text);
        Done(Run(input, "out.csv", "--group", "Ward", "--order", "When", "--method", method, "--na", "n/a", "--max-time", "5"));
        string[][] filled = Read("out.csv");
        Assert.Equal(truth.Length, filled.Length);
        for (int row = 0; row < truth.Length; row++)
        {
            for (int column = 0; column < truth[row].Length; column++)
            {
                string before = holes[row][column], after = filled[row][column];
                if (!IsHole(before))
                    Assert.Equal(before, after);
                else
                    Assert.True(IsOf(s_names[column - 2], after), $"{s_names[column - 2]} of row {row} became {after}.");
            }
        }
    }

    [Fact]
    public void Categories_follow_their_neighbors_in_time()
    {
        string[][] truth = Rows(), holes = WithHoles(truth);
        string input = _folder.Write("in.csv", Text(holes));
        Done(Run(input, "out.csv", "--group", "Ward", "--order", "When", "--method", "linear", "--na", "n/a"));
        string[][] filled = Read("out.csv");
        (int hidden, int right) = (0, 0);
        for (int row = 0; row < truth.Length; row++)
        {
            if (!IsHole(holes[row][2]))
                continue;
            hidden++;
            right += filled[row][2] == truth[row][2] ? 1 : 0;
        }

        // States last for 20 hours, and one cell in five is hidden; by chance a third would be right.
        Assert.True(right > 0.8 * hidden, $"{right} of {hidden} hidden states are right.");
    }

    [Fact]
    public void A_kept_model_fills_columns_that_had_no_holes_and_leaves_unknown_categories()
    {
        string[][] truth = Rows();
        string input = _folder.Write("in.csv", Text(WithHoles(truth, column: 4))), model = _folder.PathOf("m.zip");
        Done(Run(input, "out.csv", "--group", "Ward", "--order", "When", "--method", "linear", "--na", "n/a", "--save", model));
        string[][] other = WithHoles(truth);
        other[7][2] = "\"broken\"";
        other[8][2] = "";
        CommandRun run = CommandRun.Of(
            ["impute-series", _folder.Write("other.csv", Text(other)), "-o", _folder.PathOf("again.csv"), "--model", model, "--na", "n/a"]);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("Column State has 1 cells with categories that the model does not know: they stay", run.Error,
            StringComparison.Ordinal);
        string[][] filled = Read("again.csv");
        Assert.Equal("\"broken\"", filled[7][2]);
        Assert.DoesNotContain(filled, row => row.Any(IsHole));
        Assert.All(filled, row => Assert.True(row[2] == "\"broken\"" || IsOf("State", row[2])));
    }

    [Fact]
    public void Draws_of_categories_are_categories_and_intervals_are_about_numbers_alone()
    {
        string input = _folder.Write("in.csv", Text(WithHoles(Rows())));
        string config = _folder.Write("quick.json", """{ "steps": 3 }""");
        string[] common = ["--group", "Ward", "--order", "When", "--na", "n/a", "--method", "smoother", "--config", config];
        Done(Run(input, "draw.csv", [.. common, "--draws", "2"]));
        Assert.NotEqual(File.ReadAllBytes(_folder.PathOf("draw-1.csv")), File.ReadAllBytes(_folder.PathOf("draw-2.csv")));
        Assert.All(Read("draw-1.csv"), row => Assert.All(s_names.Index(), name => Assert.True(IsOf(name.Item, row[name.Index + 2]))));
        Done(Run(input, "sure.csv", [.. common, "--intervals"]));
        string header = File.ReadLines(_folder.PathOf("sure.csv")).First();
        Assert.DoesNotContain("State.", header, StringComparison.Ordinal);
        Assert.DoesNotContain("Alarm.", header, StringComparison.Ordinal);
        Assert.Contains("Count.Lower;Count.Upper;Count.StandardDeviation;Dose.Lower", header, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_nothing_but_categories_is_filled()
    {
        string rows = string.Concat(Enumerable.Range(0, 60).Select(
            hour => $"{hour},{(hour % 7 == 3 ? "" : hour / 20 % 2 == 0 ? "on" : "off")}\n"));
        string input = _folder.Write("in.csv", "Hour,Pump\n" + rows);
        Done(Run(input, "out.csv", "--order", "Hour", "--method", "forward"));
        string[] lines = File.ReadAllLines(_folder.PathOf("out.csv"));
        Assert.Equal("3,on", lines[4]);
        Assert.Equal("24,off", lines[25]);
    }

    [Theory]
    [InlineData("No", "Yes")]
    [InlineData("yes", "no")]
    [InlineData("0", "1")]
    public void Pictures_need_all_their_pixels_whatever_a_column_is_alone(string background, string ink)
    {
        // Columns: the corner is never inked, the next has no holes, the next was never observed, and the next has another word once.
        var random = new Random(5);
        var text = new StringBuilder("s,t," + string.Join(',', Enumerable.Range(0, 64).Select(v => $"p{v}")) + "\n");
        for (int row = 0; row < 240; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row / 6},{row % 6}");
            int line = 1 + random.Next(6), column = 1 + random.Next(6);
            for (int v = 0; v < 64; v++)
            {
                bool isInk = v > 2 && Math.Abs(v / 8 - line) <= 1 && Math.Abs(v % 8 - column) <= 1;
                bool isMissing = v != 1 && (v == 2 || random.NextDouble() < 0.4);
                text.Append(',').Append(isMissing ? "" : v == 3 && row == 50 ? "7" : isInk ? ink : background);
            }

            text.Append('\n');
        }

        string input = _folder.Write("in.csv", text.ToString());
        string config = _folder.Write("quick.json", """{ "networkSteps": 3, "pictureChannels": 8 }""");
        CommandRun run = CommandRun.Of(
            ["impute-series", input, "-o", _folder.PathOf("out.csv"), "--group", "s", "--order", "t", "--config", config]);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("64 variables are filled as pictures of 8 x 8 pixels", run.Error, StringComparison.Ordinal);
        string[][] holes = [.. text.ToString().TrimEnd().Split('\n').Skip(1).Select(line => line.Split(','))];
        string[][] filled = [.. File.ReadLines(_folder.PathOf("out.csv")).Skip(1).Select(line => line.Split(','))];
        for (int row = 0; row < holes.Length; row++)
        {
            for (int cell = 0; cell < holes[row].Length; cell++)
            {
                if (holes[row][cell].Length > 0 || cell == 4)
                    Assert.Equal(holes[row][cell], filled[row][cell]);
                else
                    Assert.True(filled[row][cell] == background || filled[row][cell] == ink, filled[row][cell]);
            }
        }
    }

    [Theory]
    [InlineData("yyyy-MM-dd'T'HH:mm:ssK")]
    [InlineData("MM/dd/yyyy hh:mm tt")]
    [InlineData("dd.MM.yyyy HH:mm")]
    [InlineData("yyyy/MM/dd HH:mm:ss")]
    [InlineData("s")]
    public void Times_may_be_written_in_any_way_that_a_column_of_a_table_may(string format)
    {
        var start = new DateTimeOffset(2026, 1, 28, 0, 0, 0, TimeSpan.Zero);
        string rows = string.Concat(Enumerable.Range(0, 80).Select(i =>
        {
            // Steps of 1, 2 and 4 hours; the value is the hours that went by.
            int hours = i / 3 * 7 + (i % 3 == 0 ? 0 : i % 3 == 1 ? 1 : 3);
            DateTimeOffset time = start.AddHours(hours);
            string when = format == "s" ? time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
                : time.ToString(format, CultureInfo.InvariantCulture);
            return $"{when};{(i % 3 == 1 ? "" : $"{hours},5")}\n";
        }));
        string input = _folder.Write("in.csv", "When;Level\n" + rows);
        Done(Run(input, "out.csv", "--order", "When", "--method", "linear"));
        string[] filled = [.. File.ReadLines(_folder.PathOf("out.csv")).Skip(1).Select(line => line.Split(';')[1])];
        for (int i = 1; i < 79; i += 3)
            Assert.Equal($"{i / 3 * 7 + 1},5", filled[i]);
    }

    private static string[][] Rows() => [.. Enumerable.Range(0, 120).SelectMany(hour => (string[][])[Row("A", hour), Row("B", hour)])];

    private static string[] Row(string ward, int hour)
    {
        // Two wards that are one state apart.
        int phase = hour + (ward == "A" ? 0 : 20);
        double wave = Math.Sin(phase / 6.0);
        return
        [
            ward,
            new DateTime(2026, 2, 27).AddHours(hour).ToString("dd.MM.yyyy HH:mm", CultureInfo.InvariantCulture),
            $"\"{(phase / 20 % 3) switch { 0 => "low", 1 => "it's high", _ => "off" }}\"",
            wave > 0 ? "Yes" : "No",
            Math.Round(20 + 9 * wave).ToString(CultureInfo.InvariantCulture),
            (2.5 * Math.Round(10 + 6 * wave)).ToString("0.0", CultureInfo.InvariantCulture).Replace('.', ','),
            $"{(1234.5 + 300 * wave).ToString("0.00", CultureInfo.InvariantCulture).Replace('.', ',')} €",
            $"{(90 + (int)(40 * wave)) / 60:00}:{(90 + (int)(40 * wave)) % 60:00}:00",
            wave > 0.5 ? "1" : "0",
        ];
    }

    private static string[][] WithHoles(string[][] rows, int? column = null)
    {
        string[][] holes = [.. rows.Select(row => (string[])row.Clone())];
        for (int row = 0; row < holes.Length; row++)
        {
            for (int c = 2; c < holes[row].Length; c++)
            {
                if ((row * 7 + c * 11) % 5 == 0 && column is null || c == column && row % 5 == 0)
                    holes[row][c] = c % 2 == 0 ? "" : "n/a";
            }
        }

        return holes;
    }

    private static bool IsHole(string cell) => cell is "" or "n/a";

    private static bool IsOf(string name, string cell) => name switch
    {
        "State" => cell is "\"low\"" or "\"it's high\"" or "\"off\"",
        "Alarm" => cell is "Yes" or "No",
        "Flag" => cell is "0" or "1",
        "Count" => int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 11 and <= 29,
        "Dose" => cell.Contains(',', StringComparison.Ordinal) && Number(cell) % 2.5 == 0 && Number(cell) is >= 10 and <= 40,
        "Price" => cell.EndsWith(" €", StringComparison.Ordinal) && cell[^5] == ',' && Number(cell[..^2]) is >= 934.4 and <= 1534.6,
        _ => TimeSpan.TryParseExact(cell, @"hh\:mm\:ss", CultureInfo.InvariantCulture, out TimeSpan time)
            && time.TotalMinutes is >= 50 and <= 130 && time.Seconds == 0,
    };

    private static double Number(string cell) => double.Parse(cell.Replace(',', '.'), CultureInfo.InvariantCulture);

    private static string Text(string[][] rows) =>
        "Ward;When;State;Alarm;Count;Dose;Price;Length;Flag\n" + string.Concat(rows.Select(row => string.Join(';', row) + "\n"));

    private static void Done(CommandRun run) => Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));

    private string[][] Read(string name) =>
        [.. File.ReadLines(_folder.PathOf(name), Encoding.UTF8).Skip(1).Select(line => line.Split(';'))];

    private CommandRun Run(string input, string output, params string[] options) =>
        CommandRun.Of(["impute-series", input, "-o", _folder.PathOf(output), "--quiet", .. options]);
}
