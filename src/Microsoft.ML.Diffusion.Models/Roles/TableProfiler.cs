namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>
/// Finds out what the columns of a table are, in one pass over its rows. Beside the cells of each column it sees the other columns:
/// a decimal comma in one decides <c>1,234</c> in the others, and a year beside a month is a part of a date, hence a number.
/// </summary>
public sealed class TableProfiler
{
    private const int ValuesInAll = 4 << 20;
    private readonly string[] _names;
    private readonly ColumnProfiler[] _columns;

    /// <param name="names">Names of the columns.</param>
    public TableProfiler(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        _names = [.. names];
        // Wide tables keep fewer different values of each column, so that memory is bounded for the table.
        int limit = Math.Clamp(ValuesInAll / Math.Max(1, _names.Length), 4096, ColumnProfiler.DefaultDistinctLimit);
        _columns = [.. _names.Select(name => new ColumnProfiler(name, limit))];
    }

    /// <summary>Number of columns.</summary>
    public int Count => _columns.Length;

    /// <summary>Looks at the next cell of a column. Columns may be given in any order, and from several threads, each column from
    /// one.</summary>
    /// <param name="column">Index of the column.</param>
    /// <param name="cell">The cell; empty and blank ones are missing.</param>
    /// <param name="isMissing">Whether the cell is known to be missing, whatever its text.</param>
    public void Add(int column, ReadOnlySpan<char> cell, bool isMissing = false) => _columns[column].Add(cell, isMissing);

    /// <summary>What the rows so far say, one profile a column.</summary>
    /// <param name="told">Roles that a person gave; columns that it does not name are found out.</param>
    /// <exception cref="InvalidOperationException">A column cannot have the role that was told.</exception>
    public IReadOnlyList<ColumnProfile> ToProfiles(ColumnRoles? told = null)
    {
        bool comma = _columns.Any(column => column.HasDecimalComma);
        ColumnNameHints[] hints = [.. _names.Select(name => new ColumnNameHints(name))];
        bool parts = hints.Any(hint => hint.Is("month", "mon", "mo", "monat")) && hints.Any(hint => hint.IsYear);
        var profiles = new ColumnProfile[_columns.Length];
        for (int i = 0; i < profiles.Length; i++)
        {
            ColumnEntry? entry = told?.Find(_names[i]);
            profiles[i] = _columns[i].ToProfile(entry?.Role, comma);
            if (entry == null && parts && profiles[i].Entry is { Role: ColumnRole.Date, Format: "yyyy" })
                profiles[i] = AsPart(_columns[i].ToProfile(ColumnRole.Number, comma));
            if (entry != null)
                profiles[i] = profiles[i] with { Entry = Told(entry, profiles[i].Entry) };
        }

        return profiles;
    }

    /// <summary>The roles of all columns, to be saved and edited.</summary>
    public static ColumnRoles RolesOf(IEnumerable<ColumnProfile> profiles) => new(profiles.Select(profile => profile.Entry));

    private static ColumnProfile AsPart(ColumnProfile profile) => profile with
    {
        Entry = profile.Entry with
        {
            Reason = $"whole numbers from {profile.Entry.Min} to {profile.Entry.Max}, years beside a column of months: "
                + "numbers, parts of a date",
        },
    };

    // What the person left out is what the cells say.
    private static ColumnEntry Told(ColumnEntry told, ColumnEntry found) => told with
    {
        Format = told.Format ?? found.Format,
        Step = told.Step ?? (told.Format == null ? found.Step : null),
        Offset = told.Step != null || told.Format != null ? told.Offset : found.Offset,
        Min = told.Min ?? (told.Format == null ? found.Min : null),
        Max = told.Max ?? (told.Format == null ? found.Max : null),
        Values = told.Values ?? found.Values,
        MissingMarks = told.MissingMarks.Count > 0 ? told.MissingMarks : found.MissingMarks,
        Reason = found.Reason,
    };
}
