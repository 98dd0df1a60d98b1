using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Files;

/// <summary>An output that is the input under another name must never be written.</summary>
public sealed class OutputLinkTests : IDisposable
{
    private const string Text = "a,b\n1,x\n2,y\n3,x\n";

    private readonly TemporaryFolder _folder = new();
    private readonly string _input;

    public OutputLinkTests()
    {
        Directory.CreateDirectory(_folder.PathOf("data"));
        Directory.CreateDirectory(_folder.PathOf("other/deep"));
        _input = _folder.Write("data/in.csv", Text);
    }

    public void Dispose() => _folder.Dispose();

    [UnixTheory]
    [InlineData("relative.csv", "data/in.csv")]
    [InlineData("other/up.csv", "../data/in.csv")]
    [InlineData("other/two.csv", "up2.csv")]
    public void A_symbolic_link_to_the_input_is_refused(string link, string target)
    {
        File.CreateSymbolicLink(_folder.PathOf("other/up2.csv"), "../data/in.csv");
        File.CreateSymbolicLink(_folder.PathOf(link), target);
        AssertRefused(_input, _folder.PathOf(link));
        AssertRefused(_folder.PathOf(link), _input);
    }

    [UnixFact]
    public void A_path_through_a_linked_folder_is_refused()
    {
        Directory.CreateSymbolicLink(_folder.PathOf("other/deep/linked"), "../../data");
        AssertRefused(_input, _folder.PathOf("other/deep/linked/in.csv"));
        AssertRefused(_input, _folder.PathOf("other/deep/linked") + "/../data/in.csv");
    }

    [UnixFact]
    public void A_hard_link_to_the_input_is_refused()
    {
        Shell.Run($"ln '{_input}' '{_folder.PathOf("hard.csv")}'");
        AssertRefused(_input, _folder.PathOf("hard.csv"));
    }

    [UnixFact]
    public void Standard_input_that_is_the_output_is_refused()
    {
        (int code, string error) = Shell.Run($"{ToolProcess.CommandLine} ampute - -o '{_input}' --mechanism mcar --rate 0.5 < '{_input}'");
        Assert.Equal(ExitCode.BadUsage, code);
        Assert.Equal($"mldiffusion: {_input} is the input itself; another file to write was expected.\n", error);
        Assert.Equal(Text, File.ReadAllText(_input));
    }

    [UnixFact]
    public void A_link_to_nothing_is_followed_and_stays_a_link()
    {
        string link = _folder.PathOf("other/later.csv");
        File.CreateSymbolicLink(link, "../data/later.csv");
        Assert.Equal(ExitCode.Done, Ampute(_input, link).ExitCode);
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.StartsWith("a,b\n", File.ReadAllText(_folder.PathOf("data/later.csv")), StringComparison.Ordinal);
    }

    [UnixFact]
    public void Two_outputs_that_are_one_file_by_two_names_are_refused()
    {
        string target = _folder.Write("out.html", "");
        File.CreateSymbolicLink(_folder.PathOf("link.json"), "out.html");
        CommandRun run = CommandRun.Of("evaluate", "--real", _input, "--synthetic", _input, "--test", _input, "--label", "b",
            "--report", target, "--json", _folder.PathOf("link.json"));
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
    }

    private static CommandRun Ampute(string input, string output) =>
        CommandRun.Of("ampute", input, "-o", output, "--mechanism", "mcar", "--rate", "0.5");

    private void AssertRefused(string input, string output)
    {
        CommandRun run = Ampute(input, output);
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
        Assert.Equal($"mldiffusion: {output} is the input itself; another file to write was expected.\n", run.Error);
        Assert.Equal(Text, File.ReadAllText(_input));
    }
}
