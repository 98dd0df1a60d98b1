namespace Microsoft.ML.Diffusion.Packages.Tests.Packages;

/// <summary>The packages in the hands of programs that know nothing of this repository.</summary>
[Trait("Category", "Packages")]
[Collection(nameof(PackedFeed))]
public sealed class ConsumerTests(PackedFeed feed)
{
    [FeedFact]
    public async Task A_program_imputes_augments_trains_and_saves_and_another_one_loads_the_model_and_says_the_same()
    {
        string model = feed.PathOf("model.zip");
        string trained = await BuildAndRun("Train", model);
        string loaded = await BuildAndRun("Predict", model);
        Assert.Matches("^lactate=[0-9.]+ probability=0?\\.?[0-9E.-]+$", trained);
        Assert.Equal(trained, loaded);
    }

    // F# and Visual Basic choose among overloads by rules of their own.
    [FSharpFact]
    public Task Two_bare_names_are_two_columns_in_FSharp() => NeedsTwoColumns("FSharp", "fs");

    [FeedFact]
    public Task Two_bare_names_are_two_columns_in_Visual_Basic() => NeedsTwoColumns("VisualBasic", "vb");

    [FeedFact]
    public async Task The_tool_installs_says_its_version_and_fills_in_a_file()
    {
        string folder = feed.PathOf("tools");
        await Dotnet.Run(
            feed.PathOf("."), feed.Variables,
            "tool", "install", "Microsoft.ML.Diffusion.Tool", "--version", feed.Version, "--tool-path", folder);
        string tool = Path.Combine(folder, OperatingSystem.IsWindows() ? "mldiffusion.exe" : "mldiffusion");

        string version = await Dotnet.RunProgram(tool, folder, feed.Variables, "--version");
        Assert.StartsWith("0.1.0", version, StringComparison.Ordinal);

        string holes = feed.PathOf("holes.csv"), filled = feed.PathOf("filled.csv");
        string[] rows = [.. Enumerable.Range(0, 60).Select(i => i % 5 == 4 ? $"{i}," : $"{i},{2 * i}")];
        await File.WriteAllLinesAsync(holes, ["x,y", .. rows]);
        await Dotnet.RunProgram(tool, folder, feed.Variables, "impute", holes, "-o", filled, "--quiet");

        string[] written = await File.ReadAllLinesAsync(filled);
        Assert.Equal(rows.Length + 1, written.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.StartsWith(rows[i], written[i + 1], StringComparison.Ordinal);
            Assert.False(written[i + 1].EndsWith(','), $"Row {i} is not filled in.");
        }
    }

    [FeedFact]
    public async Task The_template_makes_an_app_that_builds_fills_in_and_predicts()
    {
        string app = feed.PathOf("Hospital"), hive = feed.PathOf("hive");
        await Dotnet.Run(feed.PathOf("."), feed.Variables, "new", "install", feed.Templates, "--debug:custom-hive", hive);
        await Dotnet.Run(feed.PathOf("."), feed.Variables, "new", "diffusion-impute", "-o", app, "--debug:custom-hive", hive);
        await Dotnet.Run(app, feed.Variables, "build", "-c", "Release", "-o", feed.PathOf("Hospital-built"));
        string output = await Dotnet.Run(app, feed.Variables, "exec", feed.PathOf("Hospital-built/Hospital.dll"));
        Assert.Matches(@"area under the ROC curve on rows that nothing was learnt from: 0\.[5-9]", output);
        Assert.Matches(@"lactate filled in as [0-9.]+, probability [01]\.[0-9]+", output);
        Assert.True(File.Exists(Path.Combine(app, "model.zip")));
    }

    // What a table lacks is told before anything is learnt, which would take most of the test's time.
    private async Task NeedsTwoColumns(string name, string extension)
    {
        string output = await BuildAndRun(name, [$"{name}/Program.{extension}", $"{name}/{name}.{extension}proj"]);
        string[] refusals = output.Split('\n');
        Assert.Equal(2, refusals.Length);
        Assert.StartsWith("Column 'Fare' is not in the view", refusals[0], StringComparison.Ordinal);
        Assert.StartsWith("Column 'Age' is not in the view", refusals[1], StringComparison.Ordinal);
    }

    private Task<string> BuildAndRun(string name, string model) =>
        BuildAndRun(name, ["Patient.cs", $"{name}/Program.cs", $"{name}/{name}.csproj"], model);

    private async Task<string> BuildAndRun(string name, string[] files, params string[] args)
    {
        string source = Path.Combine(RealData.RepositoryRoot, "test", "Microsoft.ML.Diffusion.Packages.Tests", "Consumers");
        Directory.CreateDirectory(feed.PathOf(name));
        foreach (string file in files)
            File.Copy(Path.Combine(source, file), feed.PathOf(file), overwrite: true);

        await Dotnet.Run(feed.PathOf(name), feed.Variables, "build", "-c", "Release", "-o", feed.PathOf($"{name}-built"));
        string output = await Dotnet.Run(
            feed.PathOf(name), feed.Variables, ["exec", feed.PathOf($"{name}-built/{name}.dll"), .. args]);
        return output.Trim();
    }
}
