using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Tables;

/// <summary>Finds the columns that name a row or describe it in free words. A learner can only learn them by heart, and no two rows are
/// near in
/// them, so they are left out of the comparison.</summary>
internal static class KeysAndText
{
    // In fewer rows all values of an ordinary column may differ by chance.
    private const int FewestRows = 50;
    private const double NearlyAll = 0.95;

    private static readonly HashSet<string> s_keyNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "id", "ids", "identifier", "index", "idx", "key", "nr", "rowid", "rownum", "rownumber", "uuid", "guid",
    };

    /// <summary>Leaves them out.</summary>
    /// <param name="tables">Tables with the same columns, the real rows first, by which the columns are judged.</param>
    /// <param name="label">Name of the column to predict, which is never left out; null for none.</param>
    /// <returns>The tables without the columns, and why each column is left out.</returns>
    /// <exception cref="InvalidDataException">No column would be left.</exception>
    public static (Table[] Tables, LeftOutColumn[] LeftOut) LeaveOut(Table[] tables, string? label)
    {
        Table real = tables[0];
        string?[] reasons = [.. real.Columns.Select((column, i) =>
            string.Equals(column.Name, label, StringComparison.Ordinal) ? null : WhyKey(real, i))];
        int[] kept = [.. Enumerable.Range(0, reasons.Length).Where(i => reasons[i] is null)];
        if (kept.Length == reasons.Length)
            return (tables, []);
        if (kept.Length == 0)
            throw new InvalidDataException("Every column is a key or free text; nothing can be compared.");
        LeftOutColumn[] leftOut = [.. real.Columns.Zip(reasons).Where(pair => pair.Second is not null)
            .Select(pair => new LeftOutColumn(pair.First.Name, pair.Second!))];
        return ([.. tables.Select(table => Keep(table, kept))], leftOut);
    }

    private static Table Keep(Table table, int[] columns)
    {
        Table kept = new([.. columns.Select(i => table.Columns[i])], table.RowCount);
        for (int row = 0; row < table.RowCount; row++)
        {
            Span<double> cells = kept.Row(row);
            for (int i = 0; i < columns.Length; i++)
                cells[i] = table[row, columns[i]];
        }

        return kept;
    }

    private static string? WhyKey(Table real, int index)
    {
        TableColumn column = real.Columns[index];
        double[] values = [.. Enumerable.Range(0, real.RowCount).Select(row => real[row, index]).Where(value => !double.IsNaN(value))];
        int different = values.Distinct().Count();
        if (values.Length < FewestRows || different < NearlyAll * values.Length)
            return null;
        if (column.Kind == ColumnKind.Categorical)
            return string.Create(CultureInfo.InvariantCulture, $"{different} different texts in {values.Length} cells, a key or free text");
        if (!values.All(double.IsInteger))
            return null;
        int rising = values.Skip(1).Zip(values, (next, value) => next - value == 1 ? 1 : 0).Sum();
        string? sign = rising >= NearlyAll * (values.Length - 1) ? "rising by one" : IsKeyName(column.Name) ? "named like a key" : null;
        return sign is null
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{different} different whole numbers in {values.Length} cells, {sign}: a key");
    }

    /// <summary>Whether the first or last word of a name is one for keys: "id", "PatientId", "customer_key", "row index".</summary>
    private static bool IsKeyName(string name)
    {
        List<string> words = [];
        int start = 0;
        for (int i = 1; i <= name.Length; i++)
        {
            bool isEnd = i == name.Length || !char.IsLetter(name[i]) || (char.IsUpper(name[i]) && char.IsLower(name[i - 1]));
            if (!isEnd)
                continue;
            string word = name[start..i].Trim('_', '-', '.', ' ', '#');
            if (word.Length > 0)
                words.Add(word);
            start = i;
        }

        return words.Count > 0 && (s_keyNames.Contains(words[0]) || s_keyNames.Contains(words[^1]));
    }
}
