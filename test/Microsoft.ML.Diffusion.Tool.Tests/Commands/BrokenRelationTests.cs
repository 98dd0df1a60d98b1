using System.Globalization;
using System.Text;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

public sealed class BrokenRelationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Filled_rows_whose_observed_cells_break_a_rule_are_counted_once()
    {
        var text = new StringBuilder("a,b,c\n");
        for (int i = 0; i < 60; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i % 7},{(i % 7) + (i % 5) + 1},{i % 3}\n");
        string train = _folder.PathOf("train.csv"), holes = _folder.PathOf("holes.csv"), model = _folder.PathOf("m.zip");
        File.WriteAllText(train, text.ToString());
        File.WriteAllText(holes, "a,b,c\n6,2,\n1,4,\n5,1,\n9,3,1\n");

        CommandRun trained = CommandRun.Of("train", train, "--model", model, "--method", "mean", "--rule", "a <= b");
        Assert.Equal(ExitCode.Done, trained.ExitCode);
        CommandRun run = CommandRun.Of("impute", holes, "-o", _folder.PathOf("out.csv"), "--model", model);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("2 of the rows with filled-in cells break a relation", run.Error, StringComparison.Ordinal);
    }
}
