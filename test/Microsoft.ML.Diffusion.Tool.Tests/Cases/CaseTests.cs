using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

/// <summary>What the tests of the handed cases share: the command line is run on a file of the case, and its output is read.</summary>
/// <param name="name">Folder of the case.</param>
public abstract class CaseTests(string name) : IDisposable
{
    // Trees need no network to be trained; what a column is and how it is written does not depend on the method.
    private const string Trees = """{ "members": "Trees" }""", FewSteps = """{ "steps": 200, "width": 128 }""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected string PathOf(string file) => HandedCases.PathOf(name, file);

    private protected string Output(string file) => _folder.PathOf(file);

    private protected CaseTable Read(string file) => CaseTable.Read(PathOf(file));

    /// <summary>Fills in a file of the case.</summary>
    /// <param name="file">The file.</param>
    /// <param name="config">Options; null for the defaults.</param>
    /// <param name="more">Further arguments.</param>
    private protected (CaseTable Filled, string Error) Impute(string file, string? config = Trees, params string[] more) =>
        Run("impute", file, config, more);

    private protected (CaseTable Made, string Error) Synthesize(string file, int rows, string? config = FewSteps, params string[] more) =>
        Run("synthesize", file, config, ["--rows", $"{rows}", "--complete", .. more]);

    private protected (CaseTable Made, string Error) Augment(string file, int rows, string label, string? config = FewSteps,
        params string[] more) =>
        Run("augment", file, config, ["--rows", $"{rows}", "--label", label, .. more]);

    /// <summary>The cells that were empty and hold something now.</summary>
    private protected static int[] FilledRows(CaseTable before, CaseTable after, string column)
    {
        (string[] old, string[] now) = (before[column], after[column]);
        return [.. Enumerable.Range(0, old.Length).Where(row => old[row].Length == 0 && now[row].Length > 0)];
    }

    private protected static double Correlation(double[] x, double[] y)
    {
        (double meanX, double meanY) = (x.Average(), y.Average());
        double Product(double[] a, double meanA, double[] b, double meanB) => a.Zip(b, (p, q) => (p - meanA) * (q - meanB)).Sum();
        return Product(x, meanX, y, meanY) / Math.Sqrt(Product(x, meanX, x, meanX) * Product(y, meanY, y, meanY));
    }

    private (CaseTable Table, string Error) Run(string command, string file, string? config, string[] more)
    {
        string output = Output("out.csv");
        string[] options = config is null ? more : ["--config", _folder.Write("config.json", config), .. more];
        CommandRun run = CommandRun.Of([command, PathOf(file), "-o", output, .. options]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return (CaseTable.Read(output), run.Error);
    }
}
