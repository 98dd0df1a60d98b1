using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Data;

namespace Microsoft.ML.Diffusion.Series.Imputation;

/// <summary>One way to learn from series with holes and to fill them: its name, its options, how it trains and how it loads.</summary>
/// <remarks>A method has one such registration in its folder; the list of all is in Methods/SeriesImputationMethods.cs.</remarks>
public abstract class SeriesImputationMethod
{
    private protected SeriesImputationMethod()
    {
    }

    /// <summary>The name in the command line and in model files: lower case, without blanks.</summary>
    public abstract string Name { get; }

    /// <summary>The name in a sentence.</summary>
    public abstract string Title { get; }

    /// <summary>The paper: authors, year.</summary>
    public abstract string Reference { get; }

    /// <summary>Options by the name of the setting that they repeat, such as <c>paper</c>; each call makes new ones.</summary>
    public virtual IReadOnlyDictionary<string, Func<SeriesImputerOptions>> Presets { get; } =
        new Dictionary<string, Func<SeriesImputerOptions>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether imputers of this method can tell how sure they are.</summary>
    public virtual bool TellsUncertainty => true;

    /// <summary>Whether imputers of this method can fill a step from nothing behind it (<see cref="SeriesDirection.Causal"/>).</summary>
    public virtual bool KnowsCausal => true;

    /// <summary>The default options.</summary>
    public abstract SeriesImputerOptions NewOptions();

    /// <summary>Trains an imputer on the observed cells of series.</summary>
    /// <param name="table">The series; at least one step.</param>
    /// <param name="options">Options of this method.</param>
    /// <param name="progress">Told a few times a second; null for nobody.</param>
    /// <param name="cancel">Stops the training within a second.</param>
    /// <exception cref="ArgumentException">The options are of another method.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has an impossible value.</exception>
    /// <exception cref="InvalidDataException">There are no steps.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    internal SeriesImputer Train(
        SeriesTable table, SeriesImputerOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        if (options.Registration != this)
            throw new ArgumentException($"The options are of {options.Registration.Title}, and the method is {Title}.", nameof(options));
        options.Validate();
        if (table.Items.All(series => series.Length == 0))
            throw new InvalidDataException("There are no rows to learn from.");
        cancel.ThrowIfCancellationRequested();
        return Learn(table, options, progress, cancel);
    }

    /// <summary>Trains with options of this method that are known to be possible.</summary>
    internal abstract SeriesImputer Learn(
        SeriesTable table, SeriesImputerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel);

    /// <summary>Reads what an imputer of this method wrote.</summary>
    internal abstract SeriesImputer Load(BinaryReader reader);
}
