using System.Text.RegularExpressions;
using Microsoft.ML.Diffusion.Tool.Terminal;
using Spectre.Console;

namespace Microsoft.ML.Diffusion.Tool.Tests.Terminal;

public sealed partial class BarDisplayTests
{
    private const int TimeoutMilliseconds = 10_000;

    private static readonly StageProgress s_half = new(0.5, TimeSpan.FromSeconds(80), "error 0.1234");

    [Theory]
    [InlineData(120, true, true)]
    [InlineData(60, true, true)]
    [InlineData(40, false, true)]
    [InlineData(28, false, false)]
    [InlineData(12, false, false)]
    public void A_line_fits_and_loses_the_detail_before_the_time_left(int width, bool hasDetail, bool hasTime)
    {
        string line = ProgressText.Fit("Training", s_half, width).Plain;
        Assert.InRange(line.Length, 1, width);
        Assert.Contains("50 %", line, StringComparison.Ordinal);
        Assert.Equal((hasDetail, hasTime),
            (line.Contains("error", StringComparison.Ordinal), line.Contains("1:20 left", StringComparison.Ordinal)));
    }

    [Fact]
    public void Half_of_the_bar_is_filled_when_half_is_done()
    {
        ProgressText line = ProgressText.Fit("Training", s_half, 200);
        Assert.True(line.Filled.Length > 0);
        Assert.Equal(line.Filled.Length, line.Empty.Length);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(80)]
    public void Nothing_that_is_drawn_is_wider_than_the_terminal(int width)
    {
        using var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        int result = new BarDisplay(console).Run("Training", progress =>
        {
            progress.Report(s_half);
            Thread.Sleep(300);
            return 7;
        });

        Assert.Equal(7, result);
        string shown = text.ToString();
        Assert.Contains("50 %", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001B[3", shown, StringComparison.Ordinal);
        Assert.All(Control().Replace(shown, "").Split('\n', '\r'), line => Assert.InRange(line.Length, 0, width));
    }

    [GeneratedRegex("\u001B\\[[0-9;?]*[A-Za-z]", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex Control();
}
