namespace Microsoft.ML.Diffusion.Packages.Tests.Documentation;

/// <summary>The C# code in the documentation: all of it in README.md, and in docs/ what is marked <c>```csharp compile</c>.</summary>
internal static class CodeBlocks
{
    private const string Fence = "```";
    private const string Language = "csharp";
    private const string Marked = "csharp compile";

    /// <summary>Each block as its file, the line on which its code begins, and its code.</summary>
    public static IEnumerable<(string File, int Line, string Code)> All()
    {
        string root = RealData.RepositoryRoot, docs = Path.Combine(root, "docs");
        foreach (var block in In(Path.Combine(root, "README.md"), info => info is Language or Marked))
            yield return block;
        foreach (string path in Directory.GetFiles(docs, "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            foreach (var block in In(path, info => info is Marked))
                yield return block;
    }

    private static IEnumerable<(string File, int Line, string Code)> In(string path, Func<string, bool> isWanted)
    {
        string[] lines = File.ReadAllLines(path);
        string name = Path.GetRelativePath(RealData.RepositoryRoot, path);
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal))
                continue;
            int first = i + 1;
            for (i = first; i < lines.Length && lines[i] != Fence; i++)
                continue;
            if (isWanted(lines[first - 1][Fence.Length..].Trim()))
                yield return (name, first + 1, string.Join('\n', lines[first..i]));
        }
    }
}
