using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Blend;
using Microsoft.ML.Diffusion.Series.Methods.Brits;
using Microsoft.ML.Diffusion.Series.Methods.Csdi;
using Microsoft.ML.Diffusion.Series.Methods.Forward;
using Microsoft.ML.Diffusion.Series.Methods.GaussianProcess;
using Microsoft.ML.Diffusion.Series.Methods.GpVae;
using Microsoft.ML.Diffusion.Series.Methods.Linear;
using Microsoft.ML.Diffusion.Series.Methods.Mean;
using Microsoft.ML.Diffusion.Series.Methods.Saits;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;

namespace Microsoft.ML.Diffusion.Series.Methods;

/// <summary>All methods that fill series. The command line, model files and documentation take their names from here.</summary>
public static class SeriesImputationMethods
{
    /// <summary>The methods; the first is the default.</summary>
    public static IReadOnlyList<SeriesImputationMethod> All { get; } =
    [
        BlendImputation.Instance,
        SmootherImputation.Instance,
        GaussianProcessImputation.Instance,
        GpVaeImputation.Instance,
        SeriesCsdiImputation.Instance,
        SaitsImputation.Instance,
        BritsImputation.Instance,
        LinearImputation.Instance,
        ForwardImputation.Instance,
        MeanImputation.Instance,
    ];

    /// <summary>The method of a name, in any case; null where there is none.</summary>
    /// <param name="name">The name, as in the command line.</param>
    public static SeriesImputationMethod? Find(string name) =>
        All.FirstOrDefault(method => string.Equals(method.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads an imputer that <see cref="SeriesImputer.Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <exception cref="InvalidDataException">The data are no such imputer, are cut short or damaged, or were written by another
    /// version.</exception>
    public static SeriesImputer Load(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return ModelFrame.Load(reader, LoadInside);
    }

    private static SeriesImputer LoadInside(BinaryReader content)
    {
        string name = content.ReadString();
        if (name == CategoryImputer.Tag)
            return CategoryImputer.Load(content, LoadMethod);
        return LoadMethod(content, name);
    }

    private static SeriesImputer LoadMethod(BinaryReader content) => LoadMethod(content, content.ReadString());

    private static SeriesImputer LoadMethod(BinaryReader content, string name)
    {
        SeriesImputationMethod method = Find(name) ?? throw new InvalidDataException(
            $"The model was trained by the method '{CheckedReading.Shown(name)}', which this version does not know for series.");
        return method.Load(content);
    }
}
