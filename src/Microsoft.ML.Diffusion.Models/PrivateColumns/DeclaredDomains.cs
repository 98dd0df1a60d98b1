using System.Globalization;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.PrivateColumns;

/// <summary>The domains that a person declared, by the place of the column.</summary>
internal sealed class DeclaredDomains
{
    private readonly Dictionary<int, ValueRange> _ranges = [];
    private readonly Dictionary<int, string[]> _categories = [];

    /// <param name="domains">A text a column, such as <c>age=17..90</c> or <c>sex=Female|Male</c>.</param>
    /// <param name="columns">The columns.</param>
    /// <exception cref="InvalidDataException">A text names no column, or no domain; the message is one sentence.</exception>
    public DeclaredDomains(IEnumerable<string> domains, IReadOnlyList<TableColumn> columns)
    {
        foreach (string text in domains)
        {
            (int column, string domain) = Split(text, columns);
            bool isNew = columns[column].Kind == ColumnKind.Numeric
                ? _ranges.TryAdd(column, RangeOf(text, domain)) : _categories.TryAdd(column, CategoriesOf(text, domain));
            if (!isNew)
                throw new InvalidDataException($"The domain of column '{columns[column].Name}' is declared twice.");
        }
    }

    public ValueRange? RangeOf(int column) => _ranges.TryGetValue(column, out ValueRange range) ? range : null;

    public string[]? CategoriesOf(int column) => _categories.GetValueOrDefault(column);

    /// <summary>The column that a text is about, and what it says.</summary>
    /// <param name="text">The text.</param>
    /// <param name="columns">The columns.</param>
    /// <exception cref="InvalidDataException">The text names no column.</exception>
    public static (int Column, string Domain) Split(string text, IReadOnlyList<TableColumn> columns)
    {
        if (NamedClause.Split(text, name => columns.Any(column => column.Name == name)) is { } clause)
            return (Enumerable.Range(0, columns.Count).First(i => columns[i].Name == clause.Name), clause.Value);
        throw new InvalidDataException(
            $"The domain '{text}' names no column that is learnt; COLUMN=MIN..MAX or COLUMN=FIRST|SECOND was expected.");
    }

    private static ValueRange RangeOf(string text, string domain)
    {
        string[] ends = domain.Split("..");
        if (ends.Length == 2 && TryParse(ends[0], out double least) && TryParse(ends[1], out double most) && least < most)
            return new ValueRange(least, most);
        throw new InvalidDataException($"The domain '{text}' is of a column of numbers; COLUMN=MIN..MAX was expected, such as age=0..120.");
    }

    private static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && Math.Abs(value) < 1e15;

    private static string[] CategoriesOf(string text, string domain)
    {
        string[] categories = [.. domain.Split('|').Select(category => category.Trim())];
        bool isSound = categories.All(category => category.Length > 0)
            && categories.Distinct(StringComparer.Ordinal).Count() == categories.Length;
        return isSound ? categories
            : throw new InvalidDataException($"The domain '{text}' names a category twice, or none; COLUMN=FIRST|SECOND was expected.");
    }
}
