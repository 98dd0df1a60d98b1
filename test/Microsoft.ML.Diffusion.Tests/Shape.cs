using System.Reflection;

namespace Microsoft.ML.Diffusion.Tests;

/// <summary>What an estimator is told of a view: ML.NET makes it by itself when it fits a chain, and has no public way to.</summary>
public static class Shape
{
    public static SchemaShape Of(IDataView view) => (SchemaShape)typeof(SchemaShape)
        .GetMethod("Create", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public, [typeof(DataViewSchema)])!
        .Invoke(null, [view.Schema])!;
}
