using System.Collections;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>What the columns of a table are: found by <see cref="TableProfiler"/>, edited by a person, saved as columns.json.</summary>
public sealed class ColumnRoles : IReadOnlyList<ColumnEntry>
{
    private readonly ColumnEntry[] _entries;
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

    /// <param name="entries">One entry a column, in the order of the table.</param>
    /// <exception cref="ArgumentException">Two entries have the same name.</exception>
    public ColumnRoles(IEnumerable<ColumnEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        _entries = [.. entries];
        for (int i = 0; i < _entries.Length; i++)
            if (!_indices.TryAdd(_entries[i].Name, i))
                throw new ArgumentException($"The column '{_entries[i].Name}' is given twice.", nameof(entries));
    }

    /// <summary>Number of columns.</summary>
    public int Count => _entries.Length;

    /// <summary>The entry of a column by its place.</summary>
    public ColumnEntry this[int index] => _entries[index];

    /// <summary>The entry of a column by its name.</summary>
    /// <exception cref="KeyNotFoundException">There is no such column; the message names near ones.</exception>
    public ColumnEntry this[string name] => Find(name)
        ?? throw new KeyNotFoundException($"There is no column '{name}'{NearNames.Ask(name, _indices.Keys)}");

    /// <summary>The entry of a column; null where there is none of that name.</summary>
    public ColumnEntry? Find(string name) => _indices.TryGetValue(name, out int index) ? _entries[index] : null;

    /// <summary>The same roles with another entry for a column; a new column comes last.</summary>
    public ColumnRoles With(ColumnEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new ColumnRoles(_indices.ContainsKey(entry.Name)
            ? _entries.Select(old => old.Name == entry.Name ? entry : old) : _entries.Append(entry));
    }

    /// <summary>The same roles with another role for a column; its format is found from the cells again.</summary>
    public ColumnRoles With(string name, ColumnRole role) =>
        With(new ColumnEntry { Name = name, Role = role, MissingMarks = Find(name)?.MissingMarks ?? [] });

    /// <summary>Names of the columns that have a role.</summary>
    public IEnumerable<string> Of(ColumnRole role) => _entries.Where(entry => entry.Role == role).Select(entry => entry.Name);

    /// <summary>Checks the names against those of a table.</summary>
    /// <exception cref="FormatException">A column is not in the table; the message names near ones.</exception>
    public void CheckAgainst(IReadOnlyCollection<string> table)
    {
        foreach (ColumnEntry entry in _entries)
            if (!table.Contains(entry.Name, StringComparer.Ordinal))
                throw new FormatException($"The table has no column '{entry.Name}'{NearNames.Ask(entry.Name, table)}");
    }

    /// <summary>Reads a file such as <c>mldiffusion describe --json columns.json</c> writes.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">The file is not columns.json; the message says where and what to do, in one sentence.</exception>
    public static ColumnRoles Load(string path) => FromJson(File.ReadAllText(path));

    /// <summary>Writes columns.json, for <c>mldiffusion --columns</c> and <see cref="Load"/>.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    public void Save(string path) => File.WriteAllText(path, ToJson());

    /// <summary>The text of columns.json.</summary>
    public string ToJson() => ColumnRolesJson.Write(this);

    /// <summary>Reads the text of columns.json.</summary>
    /// <exception cref="FormatException">The text is not columns.json; the message says where and what to do, in one sentence.</exception>
    public static ColumnRoles FromJson(string json) => ColumnRolesJson.Read(json);

    /// <inheritdoc/>
    public IEnumerator<ColumnEntry> GetEnumerator() => ((IEnumerable<ColumnEntry>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
