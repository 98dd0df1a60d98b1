using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>A table that a benchmark prints. With --results NAME it is also written to eng/benchmarks/results/NAME.md, with the date, the
/// machine, the commit and the command; eng/paste-results.sh puts it into the documents.</summary>
internal sealed class ResultTable(string benchmark, string[] arguments, params string[] header)
{
    private readonly List<string> _lines = [Line(header), "|" + string.Concat(Enumerable.Repeat("---|", header.Length))];

    public void Add(params string[] cells) => _lines.Add(Line(cells));

    /// <summary>Prints the table, and writes it where --results says so.</summary>
    public void Write()
    {
        foreach (string line in _lines)
            Console.WriteLine(line);
        if (new Arguments(arguments).Value("results", "") is not { Length: > 0 } name)
            return;
        string[] head =
        [
            "<!--",
            string.Create(CultureInfo.InvariantCulture, $"Measured {DateTime.Now:yyyy-MM-dd} on {Machine()},"),
            $"{RuntimeInformation.FrameworkDescription}, at commit {Commit()}.",
            $"dotnet run -c Release --project eng/benchmarks/{benchmark} -- {string.Join(' ', arguments.Select(Quoted))}",
            "-->",
        ];
        File.WriteAllLines(Path.Combine(Root(), "eng", "benchmarks", "results", name + ".md"), head.Concat(_lines));
    }

    /// <summary>A share or an error below 1 as the tables write it: .123.</summary>
    public static string Short(double value, string format = "F3")
    {
        string text = value.ToString(format, CultureInfo.InvariantCulture);
        if (double.IsNaN(value))
            return "";
        return text.StartsWith("0.", StringComparison.Ordinal) ? text[1..] : text.Replace("-0.", "-.", StringComparison.Ordinal);
    }

    /// <summary>The text in bold letters where it is the best of a row.</summary>
    public static string Bold(string text, bool isBest) => isBest && text.Length > 0 ? $"**{text}**" : text;

    private static string Line(IEnumerable<string> cells) => "| " + string.Join(" | ", cells) + " |";

    // Folders of this machine are nobody's business: of a path that is not relative only the last part is told.
    private static string Quoted(string argument)
    {
        bool isPath = Path.IsPathRooted(argument) || argument.StartsWith("..", StringComparison.Ordinal);
        string told = isPath ? Path.GetFileName(argument.TrimEnd('/')) : argument;
        return told.Any(letter => char.IsWhiteSpace(letter) || "<>;&|*$".Contains(letter, StringComparison.Ordinal)) ? $"\"{told}\"" : told;
    }

    private static string Machine()
    {
        string? model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        string processor = model?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
        return $"{Environment.ProcessorCount} cores, {processor}, {RuntimeInformation.OSDescription.Split('(')[0].Trim()}";
    }

    // The version of the assembly ends in the commit.
    private static string Commit()
    {
        var attribute = typeof(ResultTable).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        string version = attribute?.InformationalVersion ?? "";
        int plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus >= 0 ? version[(plus + 1)..][..Math.Min(9, version.Length - plus - 1)] : "unknown";
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Microsoft.ML.Diffusion.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException(
            "The benchmark does not lie in the repository, so that there is no place for its results.");
    }
}
