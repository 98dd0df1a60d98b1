using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>One way to learn from incomplete rows and to fill them: its name, what it can do, its options, how it trains and how it
/// loads.</summary>
/// <remarks>A method has one such registration in its folder; the list of all is in Methods/ImputationMethods.cs.</remarks>
public abstract class ImputationMethod
{
    private protected ImputationMethod()
    {
    }

    /// <summary>The name in the command line and in model files: lower case, without blanks.</summary>
    public abstract string Name { get; }

    /// <summary>The name in a sentence.</summary>
    public abstract string Title { get; }

    /// <summary>The paper: authors, year.</summary>
    public abstract string Reference { get; }

    /// <summary>What the method can do beside best guesses and draws of each cell.</summary>
    public virtual ImputationAbilities Abilities => ImputationAbilities.None;

    /// <summary>Options by the name of the setting that they repeat, such as <c>paper</c>; each call makes new ones.</summary>
    public virtual IReadOnlyDictionary<string, Func<ImputerOptions>> Presets { get; } =
        new Dictionary<string, Func<ImputerOptions>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The default options.</summary>
    public abstract ImputerOptions NewOptions();

    /// <summary>Whether the method can do all of this.</summary>
    /// <param name="abilities">What is wanted.</param>
    public bool Can(ImputationAbilities abilities) => (Abilities & abilities) == abilities;

    /// <summary>Trains an imputer on the observed cells of a table.</summary>
    /// <param name="table">The rows, complete or not; at least one.</param>
    /// <param name="options">Options of this method.</param>
    /// <param name="progress">Told a few times a second, and about columns that cannot be learned; may be called from several threads, one
    /// at a time. Null for nobody.</param>
    /// <param name="cancel">Stops the training within a second.</param>
    /// <exception cref="ArgumentException">The options are of another method.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has an impossible value.</exception>
    /// <exception cref="InvalidDataException">The table has no rows, or a cell is infinite.</exception>
    /// <exception cref="InvalidOperationException">The engine or the GPU that the options ask for is not there.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public TableImputer Train(
        Table table, ImputerOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        Refuse(options);
        table.RefuseNoRows();
        table.RefuseInfinities();
        cancel.ThrowIfCancellationRequested();
        return Learn(table, options, progress, cancel);
    }

    /// <inheritdoc cref="Train(Table, ImputerOptions, IProgress{TrainingProgress}, CancellationToken)"/>
    /// <remarks>The rows are read as they are kept, and no <see cref="Table"/> is made of them.</remarks>
    public TableImputer Train(
        CompactTable table, ImputerOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        Refuse(options);
        table.RefuseNoRows();
        table.RefuseInfinities();
        cancel.ThrowIfCancellationRequested();
        return Learn(table, options, progress, cancel);
    }

    /// <summary>Trains on rows that are known to be usable, with options of this method that are known to be possible.</summary>
    internal abstract TableImputer Learn(
        ITableRows table, ImputerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel);

    /// <summary>Reads what an imputer of this method wrote.</summary>
    internal abstract TableImputer Load(BinaryReader reader);

    private void Refuse(ImputerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Registration != this)
            throw new ArgumentException($"The options are of {options.Registration.Title}, and the method is {Title}.", nameof(options));
        options.Validate();
    }
}
