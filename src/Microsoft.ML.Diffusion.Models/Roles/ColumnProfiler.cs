namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>
/// Finds out what a column is, in one pass over its cells and in memory that does not grow with the number of rows.
/// Add every cell, then ask for the profile.
/// </summary>
/// <remarks>
/// Different values are kept up to a limit; beyond it, the numbers of different values are estimates from a uniform sample of them
/// (standard error below 1 % at the default limit), while ranges, formats and order come from all cells.
/// </remarks>
public sealed class ColumnProfiler
{
    /// <summary>Different values that are kept unless told otherwise.</summary>
    public const int DefaultDistinctLimit = 65536;

    private readonly ColumnEvidence _evidence;

    /// <param name="name">The column's name; it helps where the cells leave a choice.</param>
    /// <param name="distinctLimit">Different values that are kept, at least 256.</param>
    public ColumnProfiler(string name, int distinctLimit = DefaultDistinctLimit)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(distinctLimit, 256);
        _evidence = new ColumnEvidence(name, distinctLimit);
    }

    /// <summary>Profiles a column whose cells are at hand.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="cells">Its cells; null, empty and blank ones are missing.</param>
    /// <param name="isMissing">Which other cells are missing, beside those; null: none.</param>
    public static ColumnProfile Profile(string name, IEnumerable<string?> cells, Func<string, bool>? isMissing = null)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var profiler = new ColumnProfiler(name);
        foreach (string? cell in cells)
            profiler.Add(cell, cell != null && isMissing != null && isMissing(cell));
        return profiler.ToProfile();
    }

    /// <summary>Looks at the next cell.</summary>
    /// <param name="cell">Its text. Empty and blank cells count as missing.</param>
    /// <param name="isMissing">Whether it is known to be missing, whatever its text.</param>
    public void Add(ReadOnlySpan<char> cell, bool isMissing = false) => _evidence.Add(cell, isMissing);

    /// <summary>What the cells so far say.</summary>
    /// <param name="told">A role that a person gave; null: find it.</param>
    /// <param name="preferDecimalComma">Whether other columns of the table write decimal commas, which decides <c>1,234</c>.</param>
    /// <exception cref="InvalidOperationException">The cells cannot have the role that was told; the message names a cell.</exception>
    public ColumnProfile ToProfile(ColumnRole? told = null, bool preferDecimalComma = false) =>
        ProfileBuilder.Build(_evidence, told, preferDecimalComma);

    /// <summary>Whether the cells say for certain that a comma is the decimal sign.</summary>
    internal bool HasDecimalComma => _evidence.Number.HasDecimalComma;
}
