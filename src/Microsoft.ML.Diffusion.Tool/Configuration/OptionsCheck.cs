using Microsoft.ML.Diffusion.Tool.Imputation;

namespace Microsoft.ML.Diffusion.Tool.Configuration;

/// <summary>Refuses options that no training would take, before any row is read, and names the file that they come from.</summary>
internal static class OptionsCheck
{
    /// <param name="path">The file of options; null where there is none, and nothing to check.</param>
    /// <param name="options">The options, those of the command line included.</param>
    /// <exception cref="InputException">An option that no training would take.</exception>
    public static void Refuse(string? path, DiffusionImputeEstimator.Options options)
    {
        if (path is not null && options.UncertaintyColumns)
            throw new InputException(
                $"{path}: uncertaintyColumns adds columns to a view of ML.NET, and no file has them; false was expected.");
        Try(path, options.Validate);
    }

    /// <inheritdoc cref="Refuse(string, DiffusionImputeEstimator.Options)"/>
    public static void Refuse(string? path, DiffusionSynthesizeEstimator.Options options) => Try(path, options.Validate);

    /// <inheritdoc cref="Refuse(string, DiffusionImputeEstimator.Options)"/>
    public static void Refuse(string? path, DiffusionImputeSeriesEstimator.Options options) => Try(path, options.Validate);

    private static void Try(string? path, Action validate)
    {
        if (path is null)
            return;
        try
        {
            validate();
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{path}: {ImputationModel.Sentence(e)}", e);
        }
    }
}
