namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

public sealed class ProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Help_and_version_go_to_standard_output_and_end_with_0()
    {
        CommandRun help = ToolProcess.Run("impute", "--help");
        Assert.Equal((ExitCode.Done, string.Empty), (help.ExitCode, help.Error));
        Assert.Contains("--draws", help.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, ToolProcess.Run("--version").ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("imput in.csv -o out.csv")]
    [InlineData("impute in.csv")]
    [InlineData("impute in.csv -o out.csv --mode guess")]
    [InlineData("impute in.csv -o out.csv --draws 0")]
    [InlineData("impute in.csv -o out.csv --draws 3 --mode expectation")]
    [InlineData("impute in.csv -o out.csv --model m.zip --method missdiff")]
    [InlineData("impute in.csv -o out.csv --seed 1.5")]
    [InlineData("impute in.csv -o in.csv")]
    [InlineData("ampute in.csv -o out.csv --mechanism none --rate 0.2")]
    [InlineData("ampute in.csv -o out.csv --mechanism mcar --rate 20")]
    [InlineData("ampute in.csv -o out.csv --mechanism mcar")]
    public void Bad_usage_ends_with_2_and_one_sentence(string line)
    {
        CommandRun run = CommandRun.Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
        Assert.Matches("^mldiffusion: [^\n]+\\.\n$", run.Error);
    }

    [Fact]
    public void Bad_usage_and_bad_input_end_the_process_with_their_codes()
    {
        Assert.Equal(ExitCode.BadUsage, ToolProcess.Run("impute").ExitCode);
        CommandRun run = ToolProcess.Run("impute", _folder.PathOf("absent.csv"), "-o", _folder.PathOf("out.csv"));
        Assert.Equal((ExitCode.BadInput, $"mldiffusion: {_folder.PathOf("absent.csv")}: there is no such file.\n"), (run.ExitCode, run.Error));
        Assert.Empty(_folder.Files);
    }

    [UnixFact]
    public void A_full_disk_ends_with_1_and_one_sentence()
    {
        CommandRun run = ToolProcess.Run("ampute", RealData.Shipped("breast_cancer.csv"), "-o", "/dev/full", "--mechanism", "mcar", "--rate", "0.2");
        Assert.Equal((ExitCode.BadInput, "mldiffusion: /dev/full cannot be written: no space is left on the device.\n"), (run.ExitCode, run.Error));
        Assert.True(File.Exists("/dev/full"));
    }
}
