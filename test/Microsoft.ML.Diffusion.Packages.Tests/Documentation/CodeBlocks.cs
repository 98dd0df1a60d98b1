using System.Net;

namespace Microsoft.ML.Diffusion.Packages.Tests.Documentation;

/// <summary>The C# code that users are shown: in README.md, in docs/, on the pages of the packages, and in the examples of the XML
/// documentation.</summary>
internal static class CodeBlocks
{
    private const string Fence = "```";
    private const string Language = "csharp";
    private const string Marked = "csharp compile";

    /// <summary>Each block as its file, the line on which its code begins, and its code.</summary>
    public static IEnumerable<(string File, int Line, string Code)> All()
    {
        string root = RealData.RepositoryRoot, source = Path.Combine(root, "src");
        string[] pages =
        [
            Path.Combine(root, "README.md"),
            .. Files(Path.Combine(root, "docs"), "*.md"),
            .. Files(source, "PACKAGE.md"),
        ];
        return [.. pages.SelectMany(InPage), .. Files(source, "*.cs").SelectMany(InExamples)];
    }

    /// <summary>Files of a folder and those below, without what was built.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.GetFiles(folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(path => !Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar)
                .Any(part => part is "bin" or "obj" or "_site"));

    private static IEnumerable<(string File, int Line, string Code)> InPage(string path)
    {
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal))
                continue;
            int first = i + 1;
            for (i = first; i < lines.Length && lines[i] != Fence; i++)
                continue;
            if (lines[first - 1][Fence.Length..].Trim() is Language or Marked)
                yield return (Name(path), first + 1, string.Join('\n', lines[first..i]));
        }
    }

    private static IEnumerable<(string File, int Line, string Code)> InExamples(string path)
    {
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() != "/// <example><code>")
                continue;
            int first = i + 1;
            for (i = first; lines[i].Trim() != "/// </code></example>"; i++)
                continue;
            yield return (Name(path), first + 1, string.Join('\n', lines[first..i].Select(Uncommented)));
        }
    }

    private static string Uncommented(string line)
    {
        string text = line.TrimStart()["///".Length..];
        return WebUtility.HtmlDecode(text.Length > 0 ? text[1..] : text);
    }

    /// <summary>The name of a file from the root of the repository.</summary>
    public static string Name(string path) => Path.GetRelativePath(RealData.RepositoryRoot, path);
}
