namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Holds what ARCHITECTURE.md says about which way the arrows point.</summary>
public class ArchitectureTests
{
    // Each project may use those before it.
    private static readonly Dictionary<string, string[]> s_projects = new(StringComparer.Ordinal)
    {
        ["Microsoft.ML.Diffusion.Tensors"] = [],
        ["Microsoft.ML.Diffusion.TorchSharp"] = ["Microsoft.ML.Diffusion.Tensors"],
        ["Microsoft.ML.Diffusion.Core"] = ["Microsoft.ML.Diffusion.Tensors"],
        ["Microsoft.ML.Diffusion.Mpi"] = ["Microsoft.ML.Diffusion.Core"],
        ["Microsoft.ML.Diffusion.Models"] = ["Microsoft.ML.Diffusion.Core"],
        ["Microsoft.ML.Diffusion"] = ["Microsoft.ML.Diffusion.Models"],
        ["Microsoft.ML.Diffusion.Parquet"] = [],
        ["Microsoft.ML.Diffusion.Series"] = ["Microsoft.ML.Diffusion"],
        ["Microsoft.ML.Diffusion.Vision"] = ["Microsoft.ML.Diffusion"],
        ["Microsoft.ML.Diffusion.Evaluation"] = ["Microsoft.ML.Diffusion", "Microsoft.ML.Diffusion.Series"],
        ["Microsoft.ML.Diffusion.Tool"] =
        [
            "Microsoft.ML.Diffusion", "Microsoft.ML.Diffusion.Evaluation", "Microsoft.ML.Diffusion.Mpi", "Microsoft.ML.Diffusion.Parquet",
            "Microsoft.ML.Diffusion.Series", "Microsoft.ML.Diffusion.TorchSharp", "Microsoft.ML.Diffusion.Vision",
        ],
    };

    [Fact]
    public void Projects_use_only_those_below_them()
    {
        string[] found = [.. Directory.EnumerateDirectories(Path.Combine(RealData.RepositoryRoot, "src")).Select(path => Path.GetFileName(path))];
        Assert.Equal(s_projects.Keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach ((string project, string[] allowed) in s_projects)
        {
            string text = File.ReadAllText(Path.Combine(RealData.RepositoryRoot, "src", project, $"{project}.csproj"));
            IEnumerable<string> used = Between(text, "<ProjectReference Include=\"", "\"")
                .Where(path => !path.Contains("/eng/", StringComparison.Ordinal)).Select(path => Path.GetFileNameWithoutExtension(path));
            Assert.All(used, name => Assert.Contains(name, allowed));
        }
    }

    [Theory]
    [InlineData("Microsoft.ML.Diffusion.Core")]
    [InlineData("Microsoft.ML.Diffusion.Models")]
    public void Namespaces_form_no_cycle(string project)
    {
        Dictionary<string, HashSet<string>> uses = Uses(project);
        Assert.True(uses.Count > 3);
        // Namespaces that use none of the rest are taken away until nothing is left; a cycle stays.
        while (uses.Where(pair => pair.Value.All(used => !uses.ContainsKey(used))).Select(pair => pair.Key).ToArray() is [_, ..] free)
            foreach (string name in free)
                uses.Remove(name);
        Assert.True(uses.Count == 0, "In a cycle, or above one: " + string.Join("; ", uses.Select(pair =>
            $"{pair.Key} uses {string.Join(", ", pair.Value.Where(uses.ContainsKey))}")));
    }

    private static Dictionary<string, HashSet<string>> Uses(string project)
    {
        var uses = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        string folder = Path.Combine(RealData.RepositoryRoot, "src", project);
        foreach (string file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            if (file.Contains("/obj/", StringComparison.Ordinal) || file.Contains("\\obj\\", StringComparison.Ordinal))
                continue;
            string text = File.ReadAllText(file);
            if (Between(text, "\nnamespace ", ";").FirstOrDefault() is not { } own)
                continue;
            if (!uses.TryGetValue(own, out HashSet<string>? used))
                uses.Add(own, used = new(StringComparer.Ordinal));
            used.UnionWith(Between(text, "using Microsoft.ML.Diffusion.", ";").Select(name => "Microsoft.ML.Diffusion." + name).Where(name => name != own));
        }

        return uses;
    }

    private static IEnumerable<string> Between(string text, string before, string after)
    {
        for (int at = text.IndexOf(before, StringComparison.Ordinal); at >= 0; at = text.IndexOf(before, at + 1, StringComparison.Ordinal))
            yield return text[(at + before.Length)..text.IndexOf(after, at + before.Length, StringComparison.Ordinal)];
    }
}
