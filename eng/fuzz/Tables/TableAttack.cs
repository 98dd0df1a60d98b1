using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Fuzzing.Tables;

/// <summary>Gives changed tables to the command line: each is refused in one or two lines that name it, or the output is the same table
/// but for the cells that the command is for.</summary>
/// <param name="folder">Where files are written.</param>
/// <param name="real">Texts of real tables to change; may be none.</param>
internal sealed class TableAttack(string folder, IReadOnlyList<string> real)
{
    private const string Mark = "?";
    private const int MostShown = 600;

    /// <summary>How many runs ended with an output.</summary>
    public int Done { get; private set; }

    /// <summary>How many files were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>What a run may take; more where others share the machine.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The time of the slowest run.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>Makes a file and gives it to a command.</summary>
    /// <param name="random">Decides on everything.</param>
    /// <returns>What went wrong; null for nothing.</returns>
    public string? Try(Random random)
    {
        byte[] bytes = TableMutator.Make(random, real);
        string input = Path.Combine(folder, "in.csv"), output = Path.Combine(folder, "out.csv");
        File.WriteAllBytes(input, bytes);
        File.Delete(output);
        string[] command = Command(random, output);
        (string[] format, CsvOptions options) = Format(random);
        var run = ToolRun.Of([command[0], input, .. command[1..], .. format, "--na", Mark, "--quiet"]);
        Slowest = run.Elapsed > Slowest ? run.Elapsed : Slowest;
        string called = string.Join(' ', [.. command, .. format]);
        if (run.Elapsed > Longest)
            return $"{called}: {run.Elapsed.TotalSeconds:F1} s";
        string? fault;
        if (run.ExitCode != ExitCode.Done)
        {
            Refused++;
            fault = run.RefusalFault(input) ?? (File.Exists(output) ? "refused, and a file was written" : null);
        }
        else
        {
            Done++;
            fault = run.Error.Length > 0 ? $"said: {run.Error}" : Fault(command, bytes, output, options, run);
        }

        return fault is null ? null : $"{called}: {fault}\n{Shown(bytes)}";
    }

    /// <summary>The beginning of a file in letters that any terminal shows.</summary>
    private static string Shown(byte[] bytes) => string.Concat(bytes.Take(MostShown).Select(one => one switch
    {
        (byte)'\n' => "\\n",
        (byte)'\r' => "\\r",
        (byte)'\t' => "\\t",
        >= 0x20 and < 0x7F => ((char)one).ToString(),
        _ => $"\\x{one:X2}",
    }));

    private static string[] Command(Random random, string output) => random.Next(8) switch
    {
        0 => ["describe"],
        1 => ["describe", "--json", output],
        2 => ["ampute", "-o", output, "--mechanism", "mcar", "--rate", "0.3"],
        3 => ["ampute", "-o", output, "--mechanism", random.GetItems(["mcar-row", "mcar-column", "mar", "mnar"], 1)[0], "--rate", "0.3"],
        4 => ["impute", "-o", output, "--method", "ridge"],
        5 => ["impute", "-o", output, "--method", "ridge", "--mode", "draw"],
        6 => ["impute", "-o", output, "--method", "mean", "--mode", "draw"],
        _ => ["impute", "-o", output, "--method", "mean"],
    };

    private static (string[] Arguments, CsvOptions Options) Format(Random random) => random.Next(14) switch
    {
        0 => (["--header", "no"], new CsvOptions(HasHeader: false)),
        1 => (["--header", "yes"], new CsvOptions(HasHeader: true)),
        2 => (["--separator", ";"], new CsvOptions(Separator: ';')),
        3 => (["--skip", "1"], new CsvOptions(SkippedLines: 1)),
        4 => (["--encoding", "utf-8"], new CsvOptions(Encoding: Encoding.UTF8)),
        5 => (["--categorical", "c0"], CsvOptions.Default),
        6 => (["--numeric", "c1"], CsvOptions.Default),
        7 => (["--merge-variants"], CsvOptions.Default),
        _ => ([], CsvOptions.Default),
    };

    private static string? Fault(string[] command, byte[] input, string output, CsvOptions options, ToolRun run)
    {
        if (command[0] == "describe")
            return run.Output.Length == 0 ? "nothing was described" : command.Length == 1 ? null : RolesFault(output);
        byte[] written = Unpacked(File.ReadAllBytes(output));
        return TableComparison.Fault(Unpacked(input), written, options, command[0] == "ampute" ? IsHidden : IsFilled);
    }

    private static string? RolesFault(string path)
    {
        try
        {
            ColumnRoles.FromJson(File.ReadAllText(path));
            return null;
        }
        catch (FormatException e)
        {
            return $"the roles cannot be read: {e.Message}";
        }
    }

    private static bool IsHidden(CsvDocument before, CsvDocument after, int row, int column) => after.Content(row, column).IsEmpty;

    // NaN is missing in a column of numbers.
    private static bool IsFilled(CsvDocument before, CsvDocument after, int row, int column) =>
        before.Text(row, column) is "" or Mark || double.IsNaN(Number(before.Text(row, column)));

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : 0;

    private static byte[] Unpacked(byte[] bytes)
    {
        if (bytes is not [0x1F, 0x8B, ..])
            return bytes;
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
            gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
