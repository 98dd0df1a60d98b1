using System.Reflection;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

public class OverloadTests
{
    // F# and VB choose by their own rules, so that it must not depend on the rules at all.
    [Fact]
    public void Two_names_alone_fit_one_overload_only()
    {
        MethodInfo[] overloads = [.. typeof(DiffusionCatalog).GetMethods().Where(method => method.Name == nameof(DiffusionCatalog.DiffusionImpute))];
        Assert.Single(overloads, method => TakesTwoNames(method.GetParameters()[1..]));
        Assert.True(overloads.Length >= 4);
    }

    [Fact]
    public void Columns_and_options_go_together_without_pairs()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = ml.Data.LoadFromEnumerable(SampleRow.Make(30));
        DiffusionImputeTransformer transformer = ml.Transforms.DiffusionImpute([nameof(SampleRow.Age), nameof(SampleRow.Income)], Quick.Options()).Fit(view);
        Assert.Equal([nameof(SampleRow.Age), nameof(SampleRow.Income)], transformer.Columns.Select(pair => pair.OutputColumnName), StringComparer.Ordinal);
    }

    private static bool TakesTwoNames(ParameterInfo[] parameters) =>
        parameters[0].IsDefined(typeof(ParamArrayAttribute))
        || (parameters.Length >= 2 && parameters.Take(2).All(each => each.ParameterType == typeof(string)) && parameters.Skip(2).All(each => each.IsOptional));
}
