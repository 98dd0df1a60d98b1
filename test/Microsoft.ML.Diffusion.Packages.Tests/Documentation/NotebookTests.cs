using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Microsoft.ML.Diffusion.Packages.Tests.Documentation;

/// <summary>The cells of each notebook of samples/, one after another, are C# that compiles as a notebook's kernel compiles it.</summary>
[Trait("Category", "Packages")]
public sealed class NotebookTests
{
    // What the kernel uses without being told, as far as these notebooks need it.
    private static readonly string[] s_usings =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading.Tasks"];

    public static TheoryData<string> Notebooks() =>
        [.. CodeBlocks.Files(Path.Combine(RealData.RepositoryRoot, "samples"), "*.ipynb").Select(CodeBlocks.Name)];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void The_cells_of_a_notebook_compile_in_their_order(string notebook)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(RealData.RepositoryRoot, notebook)));
        CSharpCompilation? submission = null;
        int cells = 0;
        foreach (JsonElement cell in document.RootElement.GetProperty("cells").EnumerateArray())
        {
            if (cell.GetProperty("cell_type").GetString() != "code")
                continue;
            cells++;
            // Packages are those of the test.
            IEnumerable<string> lines = cell.GetProperty("source").EnumerateArray().Select(line => line.GetString()!)
                .Where(line => !line.StartsWith("#r ", StringComparison.Ordinal));
            var options = new CSharpParseOptions(LanguageVersion.Latest, kind: SourceCodeKind.Script);
            submission = CSharpCompilation.CreateScriptCompilation(
                $"Cell{cells}", CSharpSyntaxTree.ParseText(string.Concat(lines), options), DocumentationTests.References,
                new CSharpCompilationOptions(
                    OutputKind.DynamicallyLinkedLibrary, usings: s_usings, nullableContextOptions: NullableContextOptions.Enable),
                submission);
            string[] errors = [.. submission.GetDiagnostics()
                .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(diagnostic => $"cell {cells}, {diagnostic}")];
            Assert.True(errors.Length == 0, string.Join('\n', errors));
        }

        Assert.True(cells > 0, "There is no cell of code.");
    }
}
