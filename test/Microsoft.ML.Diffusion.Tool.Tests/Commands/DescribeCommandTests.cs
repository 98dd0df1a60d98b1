using System.Globalization;
using System.Xml.Linq;
using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

public sealed class DescribeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_tells_relations_with_the_rows_that_speak_for_them()
    {
        string text = Describe(Orders());

        Assert.Contains("total = qty * price (400 rows)", text, StringComparison.Ordinal);
        Assert.Contains("city -> state (400 rows)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("id ->", text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_counts_which_columns_are_missing_together_with_their_shares()
    {
        string[] lines = [.. Enumerable.Range(0, 200).Select(i => i < 50 ? $"{i * 7 % 90},," : i < 60 ? $"{i * 7 % 90},,x"
            : $"{i * 7 % 90},{i % 13},y")];
        string text = Describe("a,b,c\n" + string.Join('\n', lines));

        Assert.Contains("140 rows (70.0 %): nothing", text, StringComparison.Ordinal);
        Assert.Contains("50 rows (25.0 %): b, c", text, StringComparison.Ordinal);
        Assert.Contains("10 rows (5.0 %): b\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_that_certainly_means_missing_counts_among_the_patterns()
    {
        string text = Describe("a,b\n" + string.Join('\n', Enumerable.Range(0, 100)
            .Select(i => i % 4 == 0 ? $"{i % 17},?" : $"{i % 17},w{i % 3}")));

        Assert.Contains("25 rows (25.0 %): b", text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_tells_the_values_of_another_column_on_which_missing_cells_depend()
    {
        var random = new Random(3);
        string text = Describe("age,ward,dose,noise\n" + string.Join('\n', Enumerable.Range(0, 600).Select(_ =>
        {
            (int age, int ward) = (random.Next(20, 80), random.Next(3));
            bool isHidden = random.NextDouble() < (age > 65 ? 0.7 : 0.1);
            return string.Create(CultureInfo.InvariantCulture,
                $"{age},w{ward},{(isHidden ? "" : $"{random.NextDouble():F2}")},{random.NextDouble():F3}");
        })));

        string[] depends = Section(text, "Missing depends on");
        Assert.StartsWith("dose: in ", depends[0], StringComparison.Ordinal);
        Assert.Contains("to 79", depends[0], StringComparison.Ordinal);
        Assert.DoesNotContain(depends, line => line.Contains("ward", StringComparison.Ordinal)
            || line.Contains("noise", StringComparison.Ordinal));
    }

    [Fact]
    public void Cells_that_are_missing_by_chance_depend_on_nothing_in_nearly_all_tables()
    {
        int wrong = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            string text = Describe("a,b,c,d\n" + string.Join('\n', Enumerable.Range(0, 300)
                .Select(_ => string.Join(',', Enumerable.Range(0, 4).Select(
                column => random.NextDouble() < 0.2 ? "" : column == 3 ? $"w{random.Next(4)}" : $"{random.Next(1000)}")))));
            wrong += text.Contains("No test says", StringComparison.Ordinal) ? 0 : 1;
        }

        // One in a hundred is expected.
        Assert.InRange(wrong, 0, 3);
    }

    [Fact]
    public void Two_columns_that_are_missing_together_are_told_once()
    {
        var random = new Random(5);
        string text = Describe("a,b,c\n" + string.Join('\n', Enumerable.Range(0, 300).Select(i =>
            random.NextDouble() < 0.2 ? $"{random.Next(100)},,"
                : $"{random.Next(100)},{random.Next(50)},{(i == 299 ? "" : $"w{random.Next(3)}")}")));

        string line = Assert.Single(Section(text, "Missing depends on"));
        Assert.StartsWith("c: in 100.0 % of the rows where b is missing", line, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_has_every_column_with_role_range_reason_and_a_picture()
    {
        XElement page = Report(Orders());

        XElement[] figures = [.. page.Descendants("section").First().Descendants("figure")];
        Assert.Equal(["id", "day", "city", "state", "qty", "price", "total", "gift"],
            figures.Select(figure => figure.Descendants("strong").First().Value));
        Assert.All(figures.Skip(1), figure => Assert.NotEmpty(figure.Descendants("svg")));
        Assert.Empty(figures[0].Descendants("svg"));
        Assert.Contains("2024-01-01 to 2024-12-30", figures[1].Value, StringComparison.Ordinal);
        Assert.Contains(figures[1].Descendants("text"), text => text.Value == "2024-07");
        Assert.Contains("whole numbers", figures[4].Value, StringComparison.Ordinal);

        // One bar for each whole number, and one for each of yes and no.
        Assert.Equal(9, figures[4].Descendants("rect").Count());
        Assert.Equal(2, figures[7].Descendants("rect").Count());
        Assert.Contains("total = qty * price", page.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_takes_nothing_from_the_table_for_markup()
    {
        const string Hostile = "<script>alert(1)</script>";
        XElement page = Report($"\"{Hostile}\",b\n" + string.Join('\n', Enumerable.Range(0, 60)
            .Select(i => $"\"<b onload='x'>&{i % 3}\",{(i % 5 == 0 ? "" : $"{i}")}")));

        Assert.Empty(page.Descendants("script"));
        Assert.DoesNotContain(page.Descendants(), element => element.Attributes()
            .Any(attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal)));
        Assert.Contains(page.Descendants("strong"), name => name.Value == Hostile);
    }

    [Fact]
    public void The_page_shows_no_value_of_columns_that_name_people()
    {
        XElement page = Report("surname,x\n" + string.Join('\n', Enumerable.Range(0, 80)
            .Select(i => $"Secret{(char)('a' + (i % 26))}{(char)('a' + (i / 26))},{i % 9}")));

        Assert.DoesNotContain("Secret", page.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_roles_that_it_writes_beside_the_page_are_accepted_again()
    {
        string input = _folder.Write("in.csv", Orders()), json = _folder.PathOf("columns.json"), page = _folder.PathOf("page.html");
        Assert.Equal(ExitCode.Done, CommandRun.Of("describe", input, "--json", json, "--report", page).ExitCode);

        Assert.Equal(8, ColumnRoles.FromJson(File.ReadAllText(json)).Count);
        CommandRun again = CommandRun.Of("describe", input, "--columns", json);
        Assert.Equal((ExitCode.Done, ""), (again.ExitCode, again.Error));
    }

    [Fact]
    public void A_page_on_standard_output_or_over_the_input_is_kept_from_the_description()
    {
        string input = _folder.Write("in.csv", "a\n1\n2\n"), both = _folder.PathOf("both");

        Assert.Equal(ExitCode.BadUsage, CommandRun.Of("describe", input, "--report", input).ExitCode);
        Assert.Equal(ExitCode.BadUsage, CommandRun.Of("describe", input, "--report", both, "--json", both).ExitCode);
        Assert.False(File.Exists(both));
    }

    [Fact]
    public void Relations_of_a_long_table_come_from_a_sample_and_that_is_told()
    {
        string text = Describe("a,b\n" + string.Join('\n', Enumerable.Range(0, 60_000).Select(i => $"{i % 997},{2 * (i % 997)}")));

        Assert.Contains("b = 2 * a (50000 rows)", text, StringComparison.Ordinal);
        Assert.Contains("of a sample of 50000", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n")]
    [InlineData("a,b\n,\n,\n")]
    [InlineData("a\n1\n")]
    public void A_table_of_nearly_nothing_is_described_with_a_page(string table)
    {
        Report(table);
    }

    private static string[] Section(string text, string heading) =>
    [
        .. text.Split('\n').SkipWhile(line => !line.StartsWith(heading, StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => line.Length > 0).Select(line => line.Trim()),
    ];

    private string Describe(string table)
    {
        CommandRun run = CommandRun.Of("describe", _folder.Write("in.csv", table));
        Assert.Equal(ExitCode.Done, run.ExitCode);
        return run.Output;
    }

    private XElement Report(string table)
    {
        string page = _folder.PathOf("page.html");
        Assert.Equal(ExitCode.Done, CommandRun.Of("describe", _folder.Write("in.csv", table), "--report", page).ExitCode);
        return XElement.Parse(File.ReadAllText(page)["<!DOCTYPE html>".Length..]);
    }

    private static string Orders()
    {
        var random = new Random(7);
        string[] cities = ["Bonn", "Kiel", "Ulm", "Jena"], states = ["NW", "SH", "BW", "TH"];
        return "id,day,city,state,qty,price,total,gift\n" + string.Join('\n', Enumerable.Range(0, 400).Select(i =>
        {
            (int city, int quantity, int price) = (random.Next(4), random.Next(1, 10), random.Next(10, 2000));
            string day = new DateOnly(2024, 1, 1).AddDays(i < 2 ? i * 364 : random.Next(365))
                .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{i + 1},{day},{cities[city]},{states[city]},{quantity},{price},{quantity * price},{(random.Next(2) == 0 ? "no" : "yes")}");
        }));
    }
}
