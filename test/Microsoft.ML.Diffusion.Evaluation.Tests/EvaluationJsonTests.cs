using System.Text;
using System.Text.Json;
using Microsoft.ML.Diffusion.Evaluation;
using Microsoft.ML.Diffusion.Evaluation.Fidelity;
using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

public sealed class EvaluationJsonTests
{
    [Fact]
    public void Every_property_is_described_in_the_readme()
    {
        string readme = File.ReadAllText(Path.Combine(RealData.RepositoryRoot, "src", "Microsoft.ML.Diffusion.Evaluation", "README.md"));
        HashSet<string> names = [];
        Collect(typeof(EvaluationResult), names);
        Assert.Contains("membershipAuc", names);
        Assert.All(names, name => Assert.True(readme.Contains(name, StringComparison.Ordinal), $"README.md lacks {name}"));
    }

    [Fact]
    public void What_is_not_defined_is_null_and_comes_back_as_NaN()
    {
        using MemoryStream stream = new();
        EvaluationJson.Write(Result(EvaluationResult.CurrentSchemaVersion), stream);
        JsonElement scores = JsonDocument.Parse(stream.ToArray()).RootElement.GetProperty("fidelity").GetProperty("scores");
        Assert.Equal(JsonValueKind.Null, scores.GetProperty("detectionTrees").ValueKind);
        stream.Position = 0;
        Assert.True(double.IsNaN(EvaluationJson.Read(stream).Fidelity.Scores.DetectionTrees));
    }

    [Fact]
    public void Another_version_and_another_file_are_refused()
    {
        using MemoryStream stream = new();
        EvaluationJson.Write(Result(99), stream);
        stream.Position = 0;
        Assert.Contains("99", Assert.Throws<InvalidDataException>(() => EvaluationJson.Read(stream)).Message);
        using MemoryStream other = new(Encoding.UTF8.GetBytes("[1"));
        Assert.Contains("no metrics.json", Assert.Throws<InvalidDataException>(() => EvaluationJson.Read(other)).Message);
    }

    private static EvaluationResult Result(int version) => new(
        version,
        new(240, 180, 0, 7, null, 0, 0),
        [],
        null,
        FidelityMetrics.Measure(Reference.Real, Reference.Synthetic),
        FidelityMetrics.Distributions(Reference.Real, Reference.Synthetic),
        FidelityMetrics.CompareCorrelations(Reference.Real, Reference.Synthetic),
        FidelityMetrics.CompareMissingness(Reference.Real, Reference.Synthetic),
        null);

    private static void Collect(Type type, HashSet<string> names)
    {
        foreach (System.Reflection.PropertyInfo property in type.GetProperties())
        {
            if (property.GetMethod!.IsStatic)
                continue;
            names.Add(JsonNamingPolicy.CamelCase.ConvertName(property.Name));
            Type own = property.PropertyType;
            while (own.IsGenericType)
                own = own.GetGenericArguments()[0];
            if (own.Namespace == typeof(EvaluationResult).Namespace && !own.IsEnum)
                Collect(own, names);
        }
    }
}
