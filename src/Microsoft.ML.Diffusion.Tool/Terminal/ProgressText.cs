using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.Diffusion.Tool.Terminal;

/// <summary>One line that says how far a stage has come, and fits the width of the terminal: the detail goes first where it is too
/// narrow, then the time left, then the bar.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Filled">The part of the bar that is done.</param>
/// <param name="Empty">The rest of the bar.</param>
/// <param name="Rest">Per cent, time left and detail.</param>
internal readonly record struct ProgressText(string Stage, string Filled, string Empty, string Rest)
{
    private const int LongestBar = 40, ShortestBar = 8;
    private const char Mark = '\u2501';

    /// <summary>The line without colours.</summary>
    public string Plain => string.Join(' ', new[] { Stage, Filled + Empty, Rest }.Where(part => part.Length > 0));

    /// <summary>The line with a coloured bar.</summary>
    public Markup Coloured => new(string.Join(' ', new[]
    {
        Markup.Escape(Stage),
        (Filled.Length > 0 ? $"[green]{Filled}[/]" : string.Empty) + (Empty.Length > 0 ? $"[grey]{Empty}[/]" : string.Empty),
        Markup.Escape(Rest),
    }.Where(part => part.Length > 0)));

    /// <param name="stage">What is being done.</param>
    /// <param name="progress">How far it has come.</param>
    /// <param name="width">Letters that the line may have.</param>
    public static ProgressText Fit(string stage, StageProgress progress, int width)
    {
        string share = string.Create(CultureInfo.InvariantCulture, $"{100 * Math.Clamp(progress.Fraction, 0, 1):F0} %");
        string timed = string.Join(' ', new[] { share, progress.TimeLeft }.Where(part => part.Length > 0));
        string full = string.Join(' ', new[] { timed, progress.Detail ?? string.Empty }.Where(part => part.Length > 0));
        foreach (string rest in (string[])[full, timed, share])
        {
            int room = width - stage.Length - rest.Length - 2;
            if (room >= ShortestBar)
            {
                int length = Math.Min(room, LongestBar);
                int filled = (int)(Math.Clamp(progress.Fraction, 0, 1) * length);
                return new ProgressText(stage, new string(Mark, filled), new string(Mark, length - filled), rest);
            }
        }

        int left = Math.Max(0, width - share.Length - 1);
        return new ProgressText(stage.Length > left ? stage[..left] : stage, string.Empty, string.Empty, share);
    }
}
