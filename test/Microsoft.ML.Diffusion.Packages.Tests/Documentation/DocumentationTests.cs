using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Microsoft.ML.Diffusion.Packages.Tests.Documentation;

/// <summary>Code that people copy from the documentation compiles.</summary>
[Trait("Category", "Packages")]
public sealed class DocumentationTests
{
    private static readonly (string File, int Line, string Code)[] s_blocks = [.. CodeBlocks.All()];

    /// <summary>Everything that this project references: all of src and ML.NET.</summary>
    internal static MetadataReference[] References { get; } =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path))];

    // An editor offers them to whoever pastes the code.
    private static readonly Lazy<string> s_namespaces = new(() => string.Join('\n', PackedFeed.Projects
        .Select(project => project == "Microsoft.ML.Diffusion.Tool" ? "mldiffusion" : project)
        .SelectMany(assembly => Assembly.Load(assembly).GetExportedTypes())
        .Select(type => $"global using {type.Namespace};").Distinct().Order(StringComparer.Ordinal)));

    public static TheoryData<string, int> Blocks()
    {
        var blocks = new TheoryData<string, int>();
        foreach ((string file, int line, _) in s_blocks)
            blocks.Add(file, line);
        return blocks;
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Code_in_the_documentation_compiles(string file, int line)
    {
        string code = s_blocks.Single(block => block.File == file && block.Line == line).Code;
        string[] errors = Compile(code, file, line);
        Assert.True(errors.Length == 0, $"""
            {string.Join('\n', errors)}
            The code may use every namespace of this library, and what Documentation/Given.cs of this test project declares.
            """);
    }

    [Fact]
    public void Code_that_does_not_compile_is_told_with_its_place()
    {
        string error = Assert.Single(Compile("int x = 1;\nml.Transforms.DiffusionImputeNothing(\"Age\");", "README.md", 10));
        Assert.StartsWith("README.md(11,", error, StringComparison.Ordinal);
        Assert.Contains("DiffusionImputeNothing", error, StringComparison.Ordinal);
    }

    private static string[] Compile(string code, string file, int line)
    {
        string given = Path.Combine(
            RealData.RepositoryRoot, "test", "Microsoft.ML.Diffusion.Packages.Tests", "Documentation", "Given.cs");
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Block",
            [
                CSharpSyntaxTree.ParseText(File.ReadAllText(given), options, given),
                CSharpSyntaxTree.ParseText(s_namespaces.Value, options),
                CSharpSyntaxTree.ParseText($"#line {line} \"{file}\"\n{code}", options, file),
            ],
            References,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        return [.. compilation.Emit(assembly).Diagnostics
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => $"{Place(diagnostic.Location.GetMappedLineSpan())}: {diagnostic.Id} {diagnostic.GetMessage()}")];
    }

    private static string Place(FileLinePositionSpan span) =>
        $"{span.Path}({span.StartLinePosition.Line + 1},{span.StartLinePosition.Character + 1})";
}
