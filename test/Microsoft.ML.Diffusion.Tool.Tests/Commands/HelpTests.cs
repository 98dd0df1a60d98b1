using Microsoft.ML.Diffusion.Tool.Commands.Help;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

public sealed class HelpTests
{
    public static TheoryData<string> Commands() => [.. Names("")];

    /// <summary>The commands that do something, those of groups with the name of the group: "impute", "segment train".</summary>
    private static IEnumerable<string> Names(string group)
    {
        string[] lines = CommandRun.Of([.. group.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Output.Split('\n');
        int first = Array.IndexOf(lines, "Commands:") + 1;
        return first == 0 ? [group] : lines[first..].TakeWhile(line => line.Length > 0).Where(line => line.Length > 2 && line[2] != ' ')
            .SelectMany(line => Names($"{group} {line.Trim().Split(' ')[0]}".Trim()));
    }

    [Fact]
    public void Commands_come_before_the_options_of_all_and_the_hidden_one_is_not_among_them()
    {
        string help = CommandRun.Of("--help").Output;
        Assert.InRange(help.IndexOf("  impute ", StringComparison.Ordinal), 0, help.IndexOf("--version", StringComparison.Ordinal));
        Assert.DoesNotContain("reference", help, StringComparison.Ordinal);
        Assert.Contains("impute-series", Names(""));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_of_a_command_has_two_examples_that_are_understood_and_its_own_options_first(string command)
    {
        string help = CommandRun.Of([.. command.Split(' '), "--help"]).Output;
        string[] examples = [.. help.Split('\n')
            .Where(line => line.StartsWith($"  mldiffusion {command} ", StringComparison.Ordinal)).Skip(1)];
        Assert.True(examples.Length >= 2, $"There are {examples.Length} examples.");
        foreach (string example in examples)
        {
            // Files of the examples are absent, which is bad input; what a command does not understand is bad usage.
            string[] words = [.. example.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(word => word.Trim('"'))];
            CommandRun run = CommandRun.Of(words);
            Assert.True(run.ExitCode == ExitCode.BadInput, $"{example}: {run.Error}");
        }

        int shared = help.IndexOf("--quiet", StringComparison.Ordinal);
        if (shared >= 0)
            Assert.InRange(help.IndexOf("\nOptions:", StringComparison.Ordinal), 0, shared);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(79)]
    public void Help_fits_a_narrow_terminal(int width)
    {
        var command = new ToolCommand("any", "What it does, in one sentence that is longer than a narrow terminal is wide.")
        {
            new System.CommandLine.Option<string>("--some-option")
            {
                HelpName = "VALUE", Description = "What it says, in one sentence that is longer than a narrow terminal is wide.",
            },
        };
        _ = new System.CommandLine.RootCommand { command };
        using var text = new StringWriter();
        HelpText.Write(command, text, width);
        Assert.All(text.ToString().Split(Environment.NewLine), line => Assert.InRange(line.Length, 0, width));
        Assert.Contains("--some-option VALUE", text.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("imput in.csv -o out.csv", "there is no command 'imput'; did you mean impute")]
    [InlineData("impute in.csv -o out.csv --modle m.zip", "there is no option '--modle'; did you mean --mode or --model?")]
    [InlineData("impute in.csv --outptu=out.csv", "there is no option '--outptu'; did you mean --output?")]
    [InlineData("impute --quite -o out.csv", "there is no option '--quite'; did you mean --quiet?")]
    [InlineData("evaluate --realt a.csv", "there is no option '--realt'; did you mean --real?")]
    [InlineData("inspect --hlep", "there is no option '--hlep'; did you mean --help?")]
    public void A_misspelt_word_is_answered_with_those_that_are_near(string line, string sentence)
    {
        CommandRun run = CommandRun.Of(line.Split(' '));
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
        Assert.StartsWith($"mldiffusion: {sentence}", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("--help.\n", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-absent.csv")]
    [InlineData("--absent.csv")]
    public void A_file_whose_name_begins_with_a_dash_can_be_named(string name)
    {
        Assert.Contains("there is no such file", CommandRun.Of("inspect", $"./{name}").Error, StringComparison.Ordinal);
        Assert.Contains("there is no such file", CommandRun.Of("inspect", "--", name).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mldiffusion im", "impute")]
    [InlineData("mldiffusion impute in.csv --dr", "--draws")]
    [InlineData("mldiffusion impute in.csv --method miss", "missforest")]
    public void Shells_are_told_what_a_line_may_go_on_with(string line, string word)
    {
        CommandRun run = CommandRun.Of($"[suggest:{line.Length}]", line);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains(word, run.Output.Split('\n').Select(each => each.Trim()));
    }

    [Fact]
    public void The_page_of_all_commands_in_docs_is_what_the_commands_say()
    {
        string path = Path.Combine(RealData.RepositoryRoot, "docs", "cli.md");
        string page = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : string.Empty;
        Assert.True(CommandRun.Of("reference").Output.ReplaceLineEndings("\n") == page,
            "docs/cli.md is out of date; dotnet run -c Release --project src/Microsoft.ML.Diffusion.Tool -- reference > docs/cli.md");
    }
}
