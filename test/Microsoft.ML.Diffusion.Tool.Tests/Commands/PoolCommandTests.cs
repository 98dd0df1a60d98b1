using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>Estimates pooled on the command line.</summary>
public sealed class PoolCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_term_is_pooled_by_the_rules_of_Rubin()
    {
        string input = _folder.Write(
            "in.csv", ".imp,term,estimate,std.error\n1,\"x, y\",1,0.5\n1,z,3,1\n2,\"x, y\",2,0.5\n2,z,3,1\n3,\"x, y\",3,0.5\n");
        CommandRun run = CommandRun.Of("pool", input);
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        string[] lines = run.Output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        // Within .25, between 1, so in all .25 + 4/3 = 1.58333, whose root is 1.25831.
        Assert.StartsWith("\"x, y\",2,1.25831,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",3", lines[1], StringComparison.Ordinal);
        // Equal estimates add nothing: 3 and 1.95996 standard errors on both sides.
        Assert.StartsWith("z,3,1,1.04004,4.95996,", lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,estimate,std.error\nx,1,1\nx,2,1\n", "no column 'term'")]
    [InlineData("term,estimate,std.error\nx,1,1\n", "one estimate of 'x'")]
    [InlineData("term,estimate,std.error\nx,1,1\nx,about 2,1\n", "'about 2' is no number")]
    [InlineData("term,estimate,std.error\nx,1,1\nx,2,-1\n", "line 3, column std.error: a standard error of 0 or more")]
    public void What_cannot_be_pooled_is_refused_in_one_sentence(string text, string expected)
    {
        CommandRun run = CommandRun.Of("pool", _folder.Write("in.csv", text));
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_rows_and_more_confidence_make_wider_intervals()
    {
        string input = _folder.Write("in.csv", "term,estimate,std.error\nx,1,1\nx,2,1\n");
        double Upper(params string[] more) => double.Parse(
            CommandRun.Of(["pool", input, .. more]).Output.Split('\n')[1].Split(',')[4], CultureInfo.InvariantCulture);
        Assert.True(Upper("--df", "5") > Upper());
        Assert.True(Upper("--confidence", "0.99") > Upper());
    }
}
