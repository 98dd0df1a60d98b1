using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>Name and meaning of one column of a <see cref="Table"/>.</summary>
public sealed class TableColumn
{
    private TableColumn(string name, ColumnKind kind, string[] categories)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        Kind = kind;
        Categories = Array.AsReadOnly(categories);
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>Whether the column holds numbers or categories.</summary>
    public ColumnKind Kind { get; }

    /// <summary>The categories; a category's code is its place in this list. Empty for a numeric column.</summary>
    public IReadOnlyList<string> Categories { get; }

    /// <summary>A column of numbers.</summary>
    /// <param name="name">The column's name.</param>
    public static TableColumn Numeric(string name) => new(name, ColumnKind.Numeric, []);

    /// <summary>A column of categories.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="categories">The categories in the order of their codes.</param>
    public static TableColumn Categorical(string name, params IEnumerable<string> categories) =>
        new(name, ColumnKind.Categorical, [.. categories]);

    /// <summary>Whether <paramref name="value"/> is one that this column can hold: a number that is not missing, or the
    /// code of one of its categories. Anything else counts as missing.</summary>
    /// <param name="value">A cell of this column.</param>
    public bool Holds(double value) => Kind == ColumnKind.Numeric
        ? !double.IsNaN(value)
        : value >= 0 && value < Categories.Count && value == Math.Floor(value);

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Name);
        writer.Write(Kind == ColumnKind.Categorical);
        if (Kind == ColumnKind.Numeric)
            return;
        writer.Write(Categories.Count);
        foreach (string category in Categories)
            writer.Write(category);
    }

    internal static TableColumn Load(BinaryReader reader)
    {
        string name = reader.ReadString();
        if (!reader.ReadBoolean())
            return Numeric(name);
        return Categorical(name, reader.ReadItems(1, "categories", static reader => reader.ReadString()));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Kind == ColumnKind.Numeric ? Name : $"{Name} ({Categories.Count} categories)";
}
