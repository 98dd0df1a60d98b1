using Microsoft.ML.Diffusion.Fuzzing.Tables;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Tests.Hostile;

/// <summary>Tables of every kind that somebody damaged, through the commands: the short form of eng/fuzz.</summary>
public sealed class HostileTableTests : IDisposable
{
    private const int Cases = 400;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_table_is_refused_in_two_lines_at_most_or_the_output_is_the_same_table_but_for_filled_cells()
    {
        var attack = new TableAttack(_folder.PathOf(string.Empty), []) { Longest = TimeSpan.FromMinutes(1) };
        for (int i = 0; i < Cases; i++)
        {
            if (attack.Try(new Random(i)) is { } failure)
                Assert.Fail($"case {i}: {failure}");
        }

        Assert.InRange(attack.Done, Cases / 4, Cases);
        Assert.InRange(attack.Refused, Cases / 10, Cases);
    }

    [Fact]
    public void A_cell_beyond_every_double_is_described_as_text()
    {
        var run = ToolRun.Of("describe", _folder.Write("in.csv", "a,b\n1e400,x\n2.5,y\n3.5,x\n"));
        Assert.Equal(ExitCode.Done, run.ExitCode);
    }

    [Fact]
    public void A_filled_table_of_decimal_commas_is_still_parted_by_its_semicolons()
    {
        string input = _folder.Write("in.csv", "0;435,30\n2;418,29\n3;\n0;326,45\n"), output = _folder.PathOf("out.csv");
        var run = ToolRun.Of("impute", input, "-o", output, "--method", "mean", "--header", "no", "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        var filled = CsvDocument.Parse(File.ReadAllBytes(output), output, new CsvOptions(HasHeader: false));
        Assert.Equal((';', "435,30"), (filled.Separator, filled.Text(0, 1)));
        Assert.NotEqual(string.Empty, filled.Text(2, 1));
    }

    [Theory]
    [InlineData("a,b\n1,\"x, y\"\n", "a,b\n1,x, y\n", "cells")]
    [InlineData("a,b\n1,\n2,x\n", "a,b\n1,x\n2,y\n", "became")]
    [InlineData("a,b\n1,\n2,x\n", "a,b\r\n1,x\r\n2,x\r\n", "bytes between")]
    [InlineData("a,b\n1, \n2,x\n", "a,b\n1, \"x\"\n2,x\n", "a plain reader")]
    [InlineData("a,b\n1,\n2,x\n", "a,b\n1,x\n2,x\n\n3,x\n", "rows")]
    public void The_comparison_sees_what_is_wrong(string before, string after, string part)
    {
        byte[] input = [.. before.Select(letter => (byte)letter)], output = [.. after.Select(letter => (byte)letter)];
        string? fault = TableComparison.Fault(input, output, new(), (table, _, row, column) => table.Content(row, column).IsEmpty);
        Assert.Contains(part, fault, StringComparison.Ordinal);
    }
}
