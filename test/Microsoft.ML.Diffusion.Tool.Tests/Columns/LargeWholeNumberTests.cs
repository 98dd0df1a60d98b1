using System.Globalization;
using Microsoft.ML.Diffusion.Tool.Tests.Cases;
using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Columns;

/// <summary>Whole numbers of 17 to 19 digits, which a double does not hold to the last digit, are never rounded.</summary>
public sealed class LargeWholeNumberTests : IDisposable
{
    private const int Count = 240;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(19)]
    public void Filled_rows_keep_ids_to_the_last_digit_and_get_codes_that_exist(int digits)
    {
        string input = Table(digits);
        CaseTable before = CaseTable.Read(input), filled = Run("impute", input, """{ "members": "Trees" }""");

        Assert.Equal(before["id"], filled["id"]);
        string[] known = [.. before["device"].Where(text => text.Length > 0).Distinct()];
        Assert.Contains("", before["device"]);
        Assert.All(filled["device"], text => Assert.Contains(text, known));
        Assert.All(before["device"].Zip(filled["device"]).Where(pair => pair.First.Length > 0), pair =>
            Assert.Equal(pair.First, pair.Second));
    }

    [Theory]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(19)]
    public void Made_rows_have_new_ids_of_as_many_digits_and_codes_that_exist(int digits)
    {
        string input = Table(digits);
        CaseTable before = CaseTable.Read(input), made = Run("synthesize", input, """{ "steps": 30 }""", "--rows", $"{Count}");

        Assert.Equal(Count, made["id"].Distinct().Count());
        Assert.All(made["id"], id => Assert.Matches($"^[0-9]{{{digits}}}$", id));
        Assert.Empty(made["id"].Intersect(before["id"]));
        string[] known = [.. before["device"]];
        Assert.All(made["device"], text => Assert.Contains(text, known));
    }

    [Fact]
    public void One_large_number_in_all_rows_is_filled_in_to_the_last_digit()
    {
        string[] rows = [.. Enumerable.Range(0, 60).Select(i => $"{(i % 6 == 0 ? "" : "1234567890123456789")},{i * 0.37:0.00}")];
        string input = _folder.Write("constant.csv", string.Join('\n', ["tenant,x", .. rows]));

        Assert.All(Run("impute", input, """{ "members": "Trees" }""")["tenant"], text => Assert.Equal("1234567890123456789", text));
        Assert.All(Run("synthesize", input, """{ "steps": 30 }""", "--rows", "30")["tenant"], text =>
            Assert.True(text is "1234567890123456789" or "", text));
    }

    [Theory]
    [InlineData("impute")]
    [InlineData("synthesize", "--rows", "10")]
    public void Large_numbers_that_are_to_be_numbers_are_refused_with_the_place_and_what_to_do(string command, params string[] more)
    {
        string input = Table(18);
        string roles = _folder.Write("columns.json",
            """{ "version": 1, "columns": [{ "name": "device", "role": "number", "format": "0" }] }""");
        string[][] ways = [["--numeric", "device"], ["--columns", roles]];
        foreach (string[] way in ways)
        {
            CommandRun run = CommandRun.Of([command, input, "-o", _folder.PathOf("none.csv"), .. more, .. way]);
            Assert.NotEqual(ExitCode.Done, run.ExitCode);
            Assert.Contains("is a whole number beyond 2^53 and would be rounded", run.Error, StringComparison.Ordinal);
            Assert.Contains("device", run.Error, StringComparison.Ordinal);
            Assert.Contains("--categorical", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("9007199254740992")]
    [InlineData("-9007199254740992")]
    [InlineData("1.5E17")]
    public void Numbers_that_are_exact_or_say_themselves_that_they_are_rounded_are_taken(string large)
    {
        string[] rows = [.. Enumerable.Range(0, 60).Select(i => $"{(i == 3 ? large : i % 6 == 0 ? "" : $"{i}")},{i * 0.37:0.00}")];
        string input = _folder.Write("exact.csv", string.Join('\n', ["n,x", .. rows]));

        Assert.DoesNotContain("", Run("impute", input, """{ "members": "Trees" }""", "--numeric", "n")["n"]);
    }

    private CaseTable Run(string command, string input, string config, params string[] more)
    {
        string output = _folder.PathOf("out.csv");
        CommandRun run = CommandRun.Of([command, input, "-o", output, "--config", _folder.Write("config.json", config), .. more]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return CaseTable.Read(output);
    }

    // Ids that are all different, five devices of which a seventh is not known, and two columns that depend on each other.
    private string Table(int digits)
    {
        var random = new Random(digits);
        long least = (long)Math.Pow(10, digits - 1);
        long[] devices = [.. Enumerable.Range(0, 5).Select(_ => Odd())];
        List<string> rows = ["id,device,x,y"];
        for (int i = 0; i < Count; i++)
        {
            double x = random.NextDouble();
            string device = random.Next(7) == 0 ? "" : $"{devices[(int)(5 * x)]}";
            double y = (2 * x) + (0.1 * random.NextDouble());
            rows.Add(string.Create(CultureInfo.InvariantCulture, $"{Odd()},{device},{x:0.000},{y:0.00}"));
        }

        return _folder.Write("table.csv", string.Join('\n', rows));

        // No odd number beyond 2^53 is a double.
        long Odd() => random.NextInt64(least, 9 * least) | 1;
    }
}
