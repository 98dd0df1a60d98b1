using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>What generated rows must satisfy: fixed values, ranges of numbers, cells that are missing; at most one condition per
/// column.</summary>
/// <param name="columns">The columns of the rows.</param>
public sealed class GenerationConditions(IReadOnlyList<TableColumn> columns)
{
    private readonly Dictionary<int, double> _fixed = [];
    private readonly Dictionary<int, ValueRange> _ranges = [];
    private readonly HashSet<int> _missing = [];
    private readonly HashSet<int> _present = [];

    /// <summary>The columns of the rows.</summary>
    public IReadOnlyList<TableColumn> Columns { get; } = columns ?? throw new ArgumentNullException(nameof(columns));

    /// <summary>Whether cells come out missing, as often and together as in the training rows. Default: no, every cell of a column that was
    /// ever observed is given a value. The estimators set it by their options.</summary>
    public bool KeepMissing { get; set; }

    /// <summary>Columns with one value, in any order.</summary>
    internal IReadOnlyDictionary<int, double> Fixed => _fixed;

    internal IReadOnlyDictionary<int, ValueRange> Ranges => _ranges;

    /// <summary>Columns whose cells are missing.</summary>
    internal IReadOnlySet<int> MissingColumns => _missing;

    /// <summary>Columns whose cells have a value although others may come out missing.</summary>
    internal IReadOnlySet<int> PresentColumns => _present;

    /// <summary>Every row has a value in this column, whichever.</summary>
    internal void Present(int column) => _present.Add(column);

    /// <summary>Whether cells of a column come out missing as often as they were in training.</summary>
    internal bool KeepsMissing(int column) => KeepMissing && !_present.Contains(column);

    /// <summary>Whether a column has a condition, so that its cells are given.</summary>
    /// <param name="column">0-based column.</param>
    public bool IsGiven(int column) => _fixed.ContainsKey(column) || _ranges.ContainsKey(column) || _missing.Contains(column);

    /// <summary>Every row has this value. One that was never seen is kept, and tells the rest of the row nothing.</summary>
    /// <param name="column">0-based column.</param>
    /// <param name="value">A finite number, or the code of a category.</param>
    /// <exception cref="ArgumentException">The column cannot hold the value, or has a condition already.</exception>
    public GenerationConditions Fix(int column, double value)
    {
        Claim(column);
        if (!Columns[column].Holds(value) || double.IsInfinity(value))
            throw new ArgumentException($"Column '{Columns[column].Name}' cannot hold {value}.", nameof(value));
        _fixed.Add(column, value);
        return this;
    }

    /// <summary>Every row has a number in this range.</summary>
    /// <remarks>Columns with a range are drawn before all others, one after another and each given those before. For one range that is the
    /// distribution given the condition; for several it does not weigh how likely the later ranges are given the earlier numbers.</remarks>
    /// <param name="column">0-based column of numbers.</param>
    /// <param name="range">The range.</param>
    /// <exception cref="ArgumentException">The column holds categories or has a condition already, or the range is empty.</exception>
    public GenerationConditions Within(int column, ValueRange range)
    {
        Claim(column);
        if (Columns[column].Kind != ColumnKind.Numeric)
            throw new ArgumentException($"Column '{Columns[column].Name}' holds categories; a range needs numbers.", nameof(column));
        if (!(range.Minimum <= range.Maximum))
            throw new ArgumentException($"The range {range.Minimum} to {range.Maximum} for column '{Columns[column].Name}' is empty.", nameof(range));
        _ranges.Add(column, range);
        return this;
    }

    /// <summary>Every row lacks this cell.</summary>
    /// <param name="column">0-based column.</param>
    /// <exception cref="ArgumentException">The column has a condition already.</exception>
    public GenerationConditions Missing(int column)
    {
        Claim(column);
        _missing.Add(column);
        return this;
    }

    private void Claim(int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Columns.Count);
        if (IsGiven(column))
            throw new ArgumentException($"Column '{Columns[column].Name}' has a condition already.", nameof(column));
    }
}
