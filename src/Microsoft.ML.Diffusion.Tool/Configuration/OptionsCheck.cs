using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Imputation;

namespace Microsoft.ML.Diffusion.Tool.Configuration;

/// <summary>Refuses options that no training would take, before any row is read, and names the file that they come from.</summary>
internal static class OptionsCheck
{
    private const string Column = "column";

    /// <param name="path">The file of options; null where there is none, and nothing to check.</param>
    /// <param name="options">The options, those of the command line included.</param>
    /// <exception cref="InputException">An option that no training would take.</exception>
    public static void Refuse(string? path, DiffusionImputeEstimator.Options options)
    {
        if (path is not null && options.UncertaintyColumns)
            throw new InputException(
                $"{path}: uncertaintyColumns adds columns to a view of ML.NET, and no file has them; false was expected.");
        Try(path, () =>
        {
            new MLContext().Transforms.DiffusionImpute([new InputOutputColumnPair(Column)], options);
            TabularDiffusionModel.Train(NoRows(), options);
        });
    }

    /// <inheritdoc cref="Refuse(string, DiffusionImputeEstimator.Options)"/>
    public static void Refuse(string? path, DiffusionSynthesizeEstimator.Options options) => Try(path, options.Validate);

    private static Table NoRows() => new([TableColumn.Numeric(Column)], 0);

    private static void Try(string? path, Action train)
    {
        if (path is null)
            return;
        try
        {
            train();
        }
        catch (ArgumentException e)
        {
            string sentence = ImputationModel.Sentence(e);
            string given = e is ArgumentOutOfRangeException { ActualValue: { } value, ParamName: { } name }
                ? FormattableString.Invariant($"{char.ToLowerInvariant(name[0])}{name[1..]} is {value}: ")
                : string.Empty;
            throw new InputException($"{path}: {given}{sentence}", e);
        }
        catch (InvalidDataException)
        {
            // There are no rows to learn from: so far the options were taken.
        }
        catch (InvalidOperationException)
        {
            // The engine is not there, which is said where it is chosen.
        }
    }
}
