using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;
using Microsoft.ML.Diffusion.Series.MLNetInternals;
using Microsoft.ML.Runtime;

[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]

// ML.NET finds this by the assembly's name in the model file, so that ml.Model.Load needs no registration.
[assembly: LoadableClass(
    "Fills in missing values of time series.",
    typeof(DiffusionImputeSeriesTransformer),
    typeof(DiffusionImputeSeriesLoader),
    null,
    typeof(SignatureLoadModel),
    "Imputation of series",
    DiffusionImputeSeriesLoader.Name)]

namespace Microsoft.ML.Diffusion.Series.MLNetInternals;

/// <summary>Reads a <see cref="DiffusionImputeSeriesTransformer"/> from a model file.</summary>
internal static class DiffusionImputeSeriesLoader
{
    public const string Name = "DiffusionSeries";

    public static readonly ComponentFile File = new("a DiffusionImputeSeries transformer", "DIFFSERI", Name, Version: 2)
    {
        Assembly = typeof(DiffusionImputeSeriesLoader).Assembly,
    };

    // Called by ML.NET by this name.
    private static DiffusionImputeSeriesTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Func<SeriesImputer, IHost, DiffusionImputeSeriesTransformer> withModel = File.Load(context, DiffusionImputeSeriesTransformer.Load);
        SeriesImputer model = File.LoadStream(context, DiffusionImputeSeriesTransformer.ModelStream, SeriesImputationMethods.Load);
        return withModel(model, environment.Register(Name));
    }
}
