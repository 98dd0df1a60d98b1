using System.Text.RegularExpressions;

namespace Microsoft.ML.Diffusion.Packages.Tests.Documentation;

/// <summary>Links between the documents of the repository lead somewhere.</summary>
public sealed partial class LinkTests
{
    private const int TimeoutMilliseconds = 10_000;

    private static readonly string[] s_folders = ["docs", "eng", "samples", "src", "test", ".github"];

    public static TheoryData<string> Documents()
    {
        string root = RealData.RepositoryRoot;
        IEnumerable<string> below = s_folders.Select(folder => Path.Combine(root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.md", SearchOption.AllDirectories))
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !path.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        return [.. Directory.GetFiles(root, "*.md").Concat(below)
            .Select(path => Path.GetRelativePath(root, path)).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_to_a_file_or_heading_of_the_repository_leads_there(string document) =>
        Assert.Empty(BrokenLinks(Path.Combine(RealData.RepositoryRoot, document)));

    [Fact]
    public void A_link_that_leads_nowhere_is_named()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string path = Path.Combine(folder, "a.md");
            File.WriteAllText(path, "# One, `two`\n[good](a.md#one-two) [lost](b.md) [headless](#three) [far](https://example.org/x)\n"
                + "```\n[code](c.md)\n```\n");
            Assert.Equal(["b.md", "#three"], BrokenLinks(path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<string> BrokenLinks(string document)
    {
        foreach (Match match in Link().Matches(Prose(document)))
        {
            string target = match.Groups["target"].Value;
            if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal))
                continue;
            string[] parts = target.Split('#', 2);
            string path = parts[0].Length == 0 ? document
                : Path.Combine(Path.GetDirectoryName(document)!, Uri.UnescapeDataString(parts[0]));
            bool isThere = File.Exists(path) || Directory.Exists(path);
            if (!isThere || (parts.Length == 2 && path.EndsWith(".md", StringComparison.Ordinal) && !Headings(path).Contains(parts[1])))
                yield return target;
        }
    }

    /// <summary>The anchors that a page of the repository gets from its headings.</summary>
    private static HashSet<string> Headings(string path) =>
        [.. Heading().Matches(Prose(path)).Select(match => string.Concat(match.Groups["text"].Value.ToLowerInvariant()
            .Where(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_')).Trim().Replace(' ', '-'))];

    /// <summary>A document without its blocks of code.</summary>
    private static string Prose(string path) => Fenced().Replace(File.ReadAllText(path), "");

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (?<text>.+?)\r?$", RegexOptions.Multiline, TimeoutMilliseconds)]
    private static partial Regex Heading();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline, TimeoutMilliseconds)]
    private static partial Regex Fenced();
}
