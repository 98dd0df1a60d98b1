using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary>The options of a command that fills cells in: by which model, with what, and into how many files.</summary>
internal sealed class FillingOptions
{
    private readonly Option<ImputationMode?> _mode = TypedOption.Choice<ImputationMode>("--mode",
        "The best single guess (expectation, the default), or a draw from what is likely.");

    private readonly Option<int?> _draws = TypedOption.Number("--draws", "M", 1, 1000, "a whole number from 1 to 1000",
        "Multiple imputation: M completed files OUT-1.csv to OUT-M.csv, each another draw.");

    private readonly Option<int?> _draw = TypedOption.Number("--draw", "D", 1, 1000, "a whole number from 1 to 1000",
        "One draw: the file that --draws would write as OUT-D.csv, for draws that are made by different machines.");

    /// <summary>A trained model.</summary>
    public Option<string?> Model { get; } = new("--model")
    {
        HelpName = "M.zip",
        Description = "Fill in with a trained model instead of training on IN.csv.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_mode);
        command.Add(_draws);
        command.Add(_draw);
        command.Add(Model);
    }

    /// <summary>What cells become; null where the user does not say. Who asks for draws wants each to be one.</summary>
    public ImputationMode? ModeOf(ParseResult parsed)
    {
        CommonOptions.RefuseBoth(parsed, _draws, _draw);
        bool asksForDraws = parsed.GetValue(_draws) is not null || parsed.GetValue(_draw) is not null;
        ImputationMode? mode = parsed.GetValue(_mode);
        return asksForDraws && mode == ImputationMode.Expectation ? throw new UsageException(
                $"{(parsed.GetValue(_draw) is null ? "--draws" : "--draw")} asks for draws, and --mode expectation gives the one best " +
                "guess; --mode draw was expected.")
            : asksForDraws ? ImputationMode.Draw
            : mode;
    }

    /// <summary>How many draws are asked for; null where none are.</summary>
    public int? DrawsOf(ParseResult parsed) => parsed.GetValue(_draws);

    /// <summary>The number of the first draw, from 0.</summary>
    public int FirstDrawOf(ParseResult parsed) => (parsed.GetValue(_draw) ?? 1) - 1;

    /// <summary>Refuses several draws, of which a part would be several files.</summary>
    public void RefuseSeveral(ParseResult parsed, Option with)
    {
        if (parsed.GetValue(_draws) is not null)
        {
            throw new UsageException(
                $"--draws cannot be given with {with.Name}; --draw 1, --draw 2 and so on was expected, each with a folder of its own.");
        }
    }

    /// <summary>Where the completed files go, none of which is the input.</summary>
    /// <param name="parsed">What the user says.</param>
    /// <param name="common">Says where the output is.</param>
    /// <param name="isLong">Whether all draws go into one file.</param>
    public string[] PathsOf(ParseResult parsed, CommonOptions common, bool isLong = false)
    {
        int draws = isLong ? 1 : parsed.GetValue(_draws) ?? 1;
        string output = parsed.GetRequiredValue(common.Output);
        if (draws > 1 && StandardStream.IsOutput(output))
            throw new UsageException("--draws writes several files, and standard output is one; the name of a file was expected.");
        string[] paths = NumberedPaths(output, draws);
        foreach (string path in paths)
            common.RefuseSameFile(parsed, path);
        return paths;
    }

    /// <summary>Says what became of the cells.</summary>
    public static void Say(Display display, IEnumerable<string> paths, long filled, long left, Stopwatch clock)
    {
        string names = string.Join(", ", paths.Select(StandardStream.OutputName));
        display.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{names}: {filled} cells filled in, {left} left missing, {StageProgress.Clock(clock.Elapsed)}."));
    }

    /// <summary>Several draws go to <c>OUT-1.csv</c> and so on, numbered with as many digits as the last one has so that they sort in
    /// order: each is a whole table, as users of multiple imputation analyse them, and keeps the input's every observed byte.</summary>
    private static string[] NumberedPaths(string path, int draws)
    {
        if (draws == 1)
            return [path];
        string extension = path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase) ? path[^".csv.gz".Length..]
            : Path.GetExtension(path);
        int digits = draws.ToString(CultureInfo.InvariantCulture).Length;
        return [.. Enumerable.Range(1, draws).Select(draw =>
            $"{path[..^extension.Length]}-{draw.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')}{extension}")];
    }
}
