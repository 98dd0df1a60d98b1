using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Terminal;

/// <summary>Nothing that a file says reaches a terminal as an order to it.</summary>
public sealed class PrintableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\u001B[31mred\u0007", "\\u001B[31mred\\u0007")]
    [InlineData("one\r\u0085\u009Btwo", "one\\u000D\\u0085\\u009Btwo")]
    [InlineData("abc\u202Edef", "abc\\u202Edef")]
    [InlineData("größe 漢 😀", "größe 漢 😀")]
    public void Names_of_columns_are_shown_with_control_characters_written_out(string name, string shown)
    {
        string input = _folder.Write("in.csv", $"\"{name}\",b\n,1\n,2\n");
        CommandRun warned = CommandRun.Of("ampute", input, "-o", _folder.PathOf("out.csv"), "--mechanism", "mcar", "--rate", "0");
        Assert.Equal(ExitCode.Done, warned.ExitCode);
        Assert.StartsWith($"Warning: Column {shown} has no values to learn from", warned.Error, StringComparison.Ordinal);
        string bad = _folder.Write("bad.csv", $"\"{name}\",b\nx,1\n");
        CommandRun refused = CommandRun.Of(
            "ampute", bad, "-o", _folder.PathOf("out.csv"), "--mechanism", "mcar", "--rate", "0", "--numeric", name);
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains($"column {shown}: 'x' is not a number", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001B', refused.Error);
    }
}
