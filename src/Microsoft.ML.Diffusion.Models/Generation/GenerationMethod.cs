using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>One way to learn rows and make new ones: its name, what it can do, its options, how it trains and how it loads.</summary>
/// <remarks>A method has one such registration in its folder; the list of all is in Methods/GenerationMethods.cs.</remarks>
public abstract class GenerationMethod
{
    private protected GenerationMethod()
    {
    }

    /// <summary>The name in the command line and in model files: lower case, without blanks.</summary>
    public abstract string Name { get; }

    /// <summary>The name in a sentence.</summary>
    public abstract string Title { get; }

    /// <summary>The paper: authors, year.</summary>
    public abstract string Reference { get; }

    /// <summary>What the method can do.</summary>
    public abstract GenerationAbilities Abilities { get; }

    /// <summary>Options by the name of the setting that they repeat, such as <c>paper</c>; each call makes new ones.</summary>
    public virtual IReadOnlyDictionary<string, Func<GeneratorOptions>> Presets { get; } = new Dictionary<string, Func<GeneratorOptions>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The default options.</summary>
    public abstract GeneratorOptions NewOptions();

    /// <summary>Whether the method can do all of this.</summary>
    /// <param name="abilities">What is wanted.</param>
    public bool Can(GenerationAbilities abilities) => (Abilities & abilities) == abilities;

    /// <summary>Trains a generator on the rows of a table.</summary>
    /// <param name="table">The rows, complete or not; at least one.</param>
    /// <param name="options">Options of this method.</param>
    /// <param name="progress">Told a few times a second, and about columns that cannot be learned; null for nobody.</param>
    /// <param name="cancel">Stops the training within a second.</param>
    /// <exception cref="ArgumentException">The options are of another method.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has an impossible value.</exception>
    /// <exception cref="InvalidDataException">The table has no rows, a cell is infinite, or there is nothing that the method can
    /// learn.</exception>
    /// <exception cref="InvalidOperationException">The engine or the GPU that the options ask for is not there.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public TableGenerator Train(
        Table table, GeneratorOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        Refuse(options, table.Columns.Count);
        table.RefuseNoRows();
        table.RefuseInfinities();
        return Learn(table, options, progress, cancel);
    }

    /// <inheritdoc cref="Train(Table, GeneratorOptions, IProgress{TrainingProgress}, CancellationToken)"/>
    /// <remarks>Masked diffusion and SMOTE make a <see cref="Table"/> of the rows; the other methods read them as they are kept.</remarks>
    public TableGenerator Train(
        CompactTable table, GeneratorOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        Refuse(options, table.Columns.Count);
        table.RefuseNoRows();
        table.RefuseInfinities();
        return Learn(table, options, progress, cancel);
    }

    /// <summary>What can be made of a label that a single row has, as the end of a sentence.</summary>
    public virtual string OfOneRow => "rows made for it take after that row in part and are otherwise like those of other labels";

    /// <summary>Trains on rows that are known to be usable, with options of this method that are known to be possible.</summary>
    internal abstract TableGenerator Learn(
        ITableRows rows, GeneratorOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel);

    /// <summary>Reads what a generator of this method wrote.</summary>
    /// <param name="columns">The columns of its rows.</param>
    /// <param name="reader">Where to read from.</param>
    internal virtual TableGenerator Load(IReadOnlyList<TableColumn> columns, BinaryReader reader) =>
        throw new InvalidDataException($"{Title} has no model files.");

    /// <summary>The rows as a table to read and write.</summary>
    private protected static Table AsTable(ITableRows rows)
    {
        if (rows is Table or CompactTable)
            return rows as Table ?? ((CompactTable)rows).ToTable();
        Table table = new(rows.Columns, rows.RowCount);
        for (int row = 0; row < rows.RowCount; row++)
            rows.Read(row, table.Row(row));
        return table;
    }

    private void Refuse(GeneratorOptions options, int columns)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Registration != this)
            throw new ArgumentException($"The options are of {options.Registration.Title}, and the method is {Title}.", nameof(options));
        options.Validate();
        if (options.LabelColumn is int label && (uint)label >= (uint)columns)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), $"The option LabelColumn is {label}; it must be a column of the table, 0 to {columns - 1}.");
        }
    }
}
