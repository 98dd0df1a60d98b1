using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.Terminal;
using MissingMarks = Microsoft.ML.Diffusion.Tool.Columns.MissingMarks;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary>Arguments and options that several commands have.</summary>
internal sealed class CommonOptions
{
    /// <summary>What a random number generator starts from when <c>--seed</c> is not given: the same command gives the same file.</summary>
    public const int DefaultSeed = 1;

    /// <summary>The names of the options that <see cref="AddTo"/> adds.</summary>
    public static IReadOnlySet<string> SharedNames { get; } =
        new CommonOptions().AddTo(new Command("any")).Options.Select(option => option.Name).ToHashSet(StringComparer.Ordinal);

    public Argument<string> Input { get; } = new("IN.csv")
    {
        Description = "Table to read: .csv or .csv.gz, .parquet, .arrow or .feather, or a folder of such files, or - for standard input; "
            + "how it is written is found out.",
    };

    public Option<string> Output { get; } = new("--output", "-o")
    {
        Required = true,
        HelpName = "OUT.csv",
        Description = "File to write, or - for standard output; packed where it ends in .gz, Parquet where it ends in .parquet, "
            + "Arrow where it ends in .arrow or .feather.",
    };

    public Option<string[]> Categorical { get; } = Names("--categorical", "A,B", "Columns of categories, whatever their cells look like.");

    public Option<string[]> Numeric { get; } = Names("--numeric", "C,D", "Columns of numbers; a cell that is none is an error.");

    public Option<string[]> Missing { get; } = Names("--na", "?,NA",
        "Marks for a missing value, beside the empty cell (and NaN among numbers).");

    public Option<string?> Columns { get; } = new("--columns")
    {
        HelpName = "columns.json",
        Description = "What the columns are, as mldiffusion describe --json writes it; may be edited.",
    };

    /// <summary>For commands that learn categories.</summary>
    public Option<bool> MergeVariants { get; } = new("--merge-variants")
    {
        Description = "Take categories that differ in case or blanks alone (Yes, yes, YES) for one, spelt as most cells spell it; cells "
            + "that have a value keep theirs.",
    };

    public Option<int?> Seed { get; } = TypedOption.Number("--seed", "N", int.MinValue, int.MaxValue, "a whole number",
        $"Seed of the random numbers; the same seed writes the same bytes. Default {DefaultSeed}.");

    public Option<bool> Quiet { get; } = new("--quiet") { Description = "Show no progress, notes or warnings." };

    /// <summary>How files are written.</summary>
    public FormatOptions Format { get; } = new();

    /// <summary>Rules between columns, for commands that train.</summary>
    public static Option<string[]> CreateRules() => new("--rule")
    {
        HelpName = "RULE",
        Description = "What holds in every row, such as \"start <= end\", \"total = price * qty\" or \"city -> state\"; may be given "
            + "again. "
            + "Relations that hold in all rows are found without it.",
    };

    /// <summary>A limit on the training, for commands that train.</summary>
    public static Option<int?> CreateMaxTime() => TypedOption.Number("--max-time", "SECONDS", 1, int.MaxValue / 1000,
        "a whole number of seconds",
        "Ends the training in time, with the best model so far.");

    /// <summary>Adds what every command has.</summary>
    public Command AddTo(Command command)
    {
        command.Add(Input);
        Format.AddTo(command);
        command.Add(Categorical);
        command.Add(Numeric);
        command.Add(Missing);
        command.Add(Columns);
        command.Add(MergeVariants);
        command.Add(Seed);
        command.Add(Quiet);
        return command;
    }

    public Display OpenDisplay(ParseResult parsed, TextWriter error) => Display.Open(error, parsed.GetValue(Quiet));

    public int SeedOf(ParseResult parsed) => parsed.GetValue(Seed) ?? DefaultSeed;

    public MissingMarks MarksOf(ParseResult parsed) => new(parsed.GetValue(Missing) ?? []);

    /// <summary>Opens the input to be read in blocks, and tells the user what was found out about it.</summary>
    public CsvBlocks OpenBlocks(
        ParseResult parsed, Display display, CancellationToken cancel, IReadOnlyList<string>? names = null, bool once = false) =>
        Format.Open(parsed, parsed.GetRequiredValue(Input), display, cancel, names, once);

    /// <summary>What the user says of the columns.</summary>
    /// <exception cref="InputException">The file that --columns names cannot be used.</exception>
    public SchemaOptions SchemaOf(ParseResult parsed, bool leaveOutIdentifiers) => new(
        MarksOf(parsed),
        parsed.GetValue(Categorical) ?? [],
        parsed.GetValue(Numeric) ?? [],
        leaveOutIdentifiers,
        parsed.GetValue(Columns) is { } path ? ReadRoles(path) : null,
        parsed.GetValue(MergeVariants));

    private static ColumnRoles ReadRoles(string path)
    {
        try
        {
            return ColumnRoles.FromJson(Encoding.UTF8.GetString(InputFile.ReadBytes(path)));
        }
        catch (FormatException e)
        {
            throw new InputException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Refuses to write over the input: once holes are filled nobody can tell them from what was measured.</summary>
    public void RefuseSameFile(ParseResult parsed, string output)
    {
        if (IsSame(parsed.GetRequiredValue(Input), output))
            throw new UsageException($"{StandardStream.OutputName(output)} is the input itself; another file to write was expected.");
    }

    /// <summary>Whether a file to read and one to write are the same file, by whatever names.</summary>
    public static bool IsSame(string input, string output) =>
        FileStatus.AreSame(StandardStream.InputPath(input), StandardStream.OutputPath(output));

    /// <summary>Refuses options that do not go together.</summary>
    public static void RefuseBoth(ParseResult parsed, Option one, params ReadOnlySpan<Option> others)
    {
        if (!IsGiven(parsed, one))
            return;
        foreach (Option other in others)
        {
            if (IsGiven(parsed, other))
                throw new UsageException($"{other.Name} cannot be given with {one.Name}.");
        }
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is OptionResult { Implicit: false };

    private static Option<string[]> Names(string option, string help, string description) => new(option)
    {
        HelpName = help,
        Description = description,
        CustomParser = result => [.. result.Tokens.SelectMany(token =>
            token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
    };
}
