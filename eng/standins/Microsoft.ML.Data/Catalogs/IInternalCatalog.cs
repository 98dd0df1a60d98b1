using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

// The environment behind a catalog, for extension methods that make components.
internal interface IInternalCatalog
{
    IHostEnvironment Environment { get; }
}

internal static class CatalogUtils
{
    public static IHostEnvironment GetEnvironment(this IInternalCatalog catalog) => catalog.Environment;
}
