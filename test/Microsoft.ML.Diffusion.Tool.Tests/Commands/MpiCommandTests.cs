using System.IO.Compression;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>A training by several processes of Open MPI.</summary>
[Trait("Category", "Mpi")]
public sealed class MpiCommandTests : IDisposable
{
    private const string Network = """{ "steps": 15, "batchSize": 64, "layers": [32], "diffusionSteps": 20, "dropout": 0.1 }""";

    private readonly TemporaryFolder _folder = new();
    private readonly string _input;

    public MpiCommandTests()
    {
        var random = new Random(4);
        _input = _folder.Write("in-0.csv", "x,y,group\n" + string.Concat(Enumerable.Range(0, 200).Select(_ =>
        {
            double x = random.NextDouble();
            return FormattableString.Invariant($"{x:F3},{x + random.NextDouble():F3},{(x > 0.5 ? "high" : "low")}\n");
        })));
        _folder.Write("network.json", Network);
    }

    public void Dispose() => _folder.Dispose();

    [MpirunFact]
    public void One_process_and_two_make_the_same_model_and_rank_0_alone_talks()
    {
        (int one, string oneTold) = Ranks(1, Train(_input, "one.zip"));
        (int two, string twoTold) = Ranks(2, Train(_input, "two.zip"));

        Assert.True(one == 0, oneTold);
        Assert.True(two == 0, twoTold);
        Assert.Equal(Entries("one.zip"), Entries("two.zip"));
        Assert.Equal(2, twoTold.Split("trained on 200 rows").Length);
        Assert.Contains("2 ranks: a step took", twoTold, StringComparison.Ordinal);
        Assert.Equal(["in-0.csv", "network.json", "one.zip", "two.zip"], _folder.Files.Order(StringComparer.Ordinal));
    }

    [MpirunFact]
    public void What_is_wrong_on_all_ranks_is_told_once()
    {
        (int missing, string missingTold) = Ranks(2, Train(_folder.PathOf("none.csv"), "m.zip"));

        Assert.Equal(ExitCode.BadInput, missing);
        Assert.Equal(2, missingTold.Split("mldiffusion: ").Length);
        Assert.Contains("none.csv", missingTold, StringComparison.Ordinal);
    }

    [MpirunFact]
    public void What_fails_on_one_rank_ends_all_with_its_sentence_and_leaves_nothing()
    {
        // There is a table for rank 0 alone.
        string input = _input.Replace("in-0", "in-$OMPI_COMM_WORLD_RANK", StringComparison.Ordinal);
        (int code, string told) = Ranks(2, Train(input, "m.zip"));

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("mldiffusion: rank 1: ", told, StringComparison.Ordinal);
        Assert.Contains("in-1.csv", told, StringComparison.Ordinal);
        Assert.Equal(["in-0.csv", "network.json"], _folder.Files.Order(StringComparer.Ordinal));
    }

    [MpirunFact]
    public void A_method_whose_steps_are_short_is_refused_with_the_reason()
    {
        CommandRun run = ToolProcess.Run(
            "train", _input, "--model", _folder.PathOf("m.zip"), "--for", "synthesize", "--method", "masked", "--mpi");

        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
        Assert.Contains(
            "--mpi is for networks whose steps take longer than the exchange of their gradients, and those of masked do not; --method " +
            "tabddpm or meddiff was expected.",
            run.Error, StringComparison.Ordinal);
    }

    // The shell of each rank puts in what variables hold.
    private static (int ExitCode, string Error) Ranks(int count, string[] args)
    {
        string root = Environment.IsPrivilegedProcess ? "--allow-run-as-root" : "";
        string command = $"{ToolProcess.CommandLine} {string.Join(' ', args.Select(arg => $"\"{arg}\""))}";
        return Shell.Run($"mpirun {root} --oversubscribe -q -n {count} sh -c {Quoted($"exec {command}")}");
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private string[] Train(string input, string model) =>
    [
        "train", input, "--model", _folder.PathOf(model), "--for", "synthesize", "--method", "tabddpm", "--config",
        _folder.PathOf("network.json"), "--label", "group", "--mpi",
    ];

    private List<(string Name, string Bytes)> Entries(string model)
    {
        using ZipArchive zip = ZipFile.OpenRead(_folder.PathOf(model));
        return [.. zip.Entries.Select(entry =>
        {
            using Stream stream = entry.Open();
            using var all = new MemoryStream();
            stream.CopyTo(all);
            return (entry.FullName, Convert.ToHexString(all.ToArray()));
        })];
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class MpirunFactAttribute : FactAttribute
    {
        private static readonly Lazy<bool> s_isInstalled = new(() =>
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Any(folder => File.Exists(Path.Combine(folder, "mpirun")))
            && Shell.Run("mpirun --version | grep -q 'Open MPI'").ExitCode == 0);

        public MpirunFactAttribute() => Skip = s_isInstalled.Value ? null : "Open MPI's mpirun is not installed";
    }
}
