using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Microsoft.ML.Diffusion.Packages.Tests.Documentation;

/// <summary>An editor shows an example beside each method that an MLContext gains.</summary>
public sealed class ExampleTests
{
    // Methods are what is found on ml, ml.Data, ml.Transforms and on a model.
    private static readonly (string Name, bool HasExample)[] s_methods =
        [.. CodeBlocks.Files(Path.Combine(RealData.RepositoryRoot, "src"), "Diffusion*Catalog*.cs")
            .SelectMany(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path)).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>())
            .Where(method => method.Modifiers.Any(SyntaxKind.PublicKeyword))
            .Select(method => (method.Identifier.Text, method.GetLeadingTrivia().ToFullString().Contains("<example>", StringComparison.Ordinal)))];

    public static TheoryData<string> Names() => [.. s_methods.Select(method => method.Name).Distinct().Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_method_of_the_catalogs_has_an_example(string name) =>
        Assert.Contains(s_methods, method => method.Name == name && method.HasExample);

    [Fact]
    public void Methods_and_examples_are_found()
    {
        Assert.Contains(s_methods, method => method.Name == "DiffusionImpute");
        Assert.Contains(CodeBlocks.All(), block => block.File.EndsWith("DiffusionCatalog.cs", StringComparison.Ordinal)
            && block.Code.Contains("ml.Data.Ampute(rows, MissingnessMechanism.McarColumn", StringComparison.Ordinal));
    }
}
