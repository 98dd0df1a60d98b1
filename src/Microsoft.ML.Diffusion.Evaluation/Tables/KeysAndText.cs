using System.Globalization;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Tables;

/// <summary>Finds the columns that name a row or a person or describe it in free words (<see cref="RoleNames.IsIdentifying"/>). A learner
/// can only learn them by heart, and no two rows are near in them, so they are left out of the comparison.</summary>
internal static class KeysAndText
{
    /// <summary>Leaves them out.</summary>
    /// <param name="tables">Tables with the same columns, the real rows first, by which the columns are judged.</param>
    /// <param name="label">Name of the column to predict, which is never left out; null for none.</param>
    /// <param name="told">Roles that are known; null for none.</param>
    /// <returns>The tables without the columns, and why each column is left out.</returns>
    /// <exception cref="InvalidDataException">No column would be left.</exception>
    public static (Table[] Tables, LeftOutColumn[] LeftOut) LeaveOut(Table[] tables, string? label, ColumnRoles? told)
    {
        Table real = tables[0];
        string?[] reasons = new string?[real.Columns.Count];
        ParallelLoop.Run(reasons.Length, i =>
        {
            TableColumn column = real.Columns[i];
            if (!string.Equals(column.Name, label, StringComparison.Ordinal))
                reasons[i] = told?.Find(column.Name) is { } entry ? WhyTold(entry) : WhyFound(real, i);
        });
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

    private static string? WhyTold(ColumnEntry entry) =>
        entry.Role.IsIdentifying() ? $"it is told to be a column of the role {entry.Role.ToName()}" : null;

    private static string? WhyFound(Table real, int index)
    {
        TableColumn column = real.Columns[index];
        var profiler = new ColumnProfiler(column.Name);
        for (int row = 0; row < real.RowCount; row++)
        {
            double cell = real[row, index];
            profiler.Add(double.IsNaN(cell) ? string.Empty
                : column.Kind == ColumnKind.Categorical ? column.Categories[(int)cell]
                : cell.ToString("R", CultureInfo.InvariantCulture));
        }

        ColumnProfile profile = profiler.ToProfile();
        return profile.Role.IsIdentifying() ? profile.Reason : null;
    }
}
