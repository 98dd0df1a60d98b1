using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Categories;

/// <summary>The columns of a table with more categories than a method learns one by one: it learns groups of them instead, and the category
/// within the group is chosen by the other columns of the row.</summary>
internal sealed class ManyCategories
{
    /// <summary>What a saved model with such columns is marked by, where otherwise its method is named.</summary>
    public const string Mark = "many-categories";

    private const ulong ChoiceStream = 0x4D414E59;

    private readonly GroupedColumn[] _columns;

    private ManyCategories(IReadOnlyList<TableColumn> columns, GroupedColumn[] grouped)
    {
        (Columns, _columns) = (columns, grouped);
        TableColumn[] all = [.. columns];
        foreach (GroupedColumn column in grouped)
            all[column.Source] = column.Grouped(all[column.Source]);
        GroupedColumns = all;
    }

    /// <summary>The columns of the table.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The same columns with groups where there are many categories.</summary>
    public IReadOnlyList<TableColumn> GroupedColumns { get; }

    /// <summary>The columns that have groups, in the table's order.</summary>
    public IReadOnlyList<GroupedColumn> Grouped => _columns;

    /// <summary>Learns the groups of all columns with many categories; null where there is none.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="say">Told in a sentence of each column.</param>
    /// <param name="cancel">Stops the work.</param>
    public static ManyCategories? Fit(ITableRows rows, Action<string> say, CancellationToken cancel)
    {
        List<GroupedColumn> grouped = [];
        for (int column = 0; column < rows.Columns.Count; column++)
        {
            if (rows.Columns[column].Categories.Count <= TableEncoder.MostCategories)
                continue;
            int observed = ColumnSummary.Of(rows, column).Frequencies!.Count(share => share > 0);
            if (observed <= TableEncoder.MostCategories)
                continue;
            grouped.Add(GroupedColumn.Fit(rows, column, cancel));
            say($"Column '{rows.Columns[column].Name}' has {observed} categories: they are learnt as {grouped[^1].GroupCount} groups, " +
                "and the other columns decide within a group.");
        }
        return grouped.Count == 0 ? null : new ManyCategories(rows.Columns, [.. grouped]);
    }

    /// <summary>The rows with groups in place of categories.</summary>
    public Table Group(ITableRows rows)
    {
        var table = new Table(GroupedColumns, rows.RowCount);
        for (int row = 0; row < rows.RowCount; row++)
        {
            Span<double> cells = table.Row(row);
            for (int i = 0; i < cells.Length; i++)
                cells[i] = rows[row, i];
            Group(cells);
        }
        return table;
    }

    /// <summary>Replaces the categories of a row by their groups.</summary>
    public void Group(Span<double> row)
    {
        foreach (GroupedColumn column in _columns)
            row[column.Source] = column.GroupOf(row[column.Source]);
    }

    /// <summary>The group of a category; the value itself in a column without groups.</summary>
    public double GroupOf(int source, double value) =>
        Array.Find(_columns, column => column.Source == source)?.GroupOf(value) ?? value;

    /// <summary>Fills the missing cells of a row from the same row with groups, and chooses a category of each group.</summary>
    /// <param name="row">The row; its missing cells are filled.</param>
    /// <param name="grouped">The completed row with groups.</param>
    /// <param name="random">Draws the categories; null for the most probable ones.</param>
    /// <param name="uncertainties">How sure the groups are, which becomes how sure the categories are; empty where nobody asks.</param>
    public void Complete(Span<double> row, ReadOnlySpan<double> grouped, Philox? random, Span<CellUncertainty> uncertainties = default)
    {
        for (int i = 0, next = 0; i < row.Length; i++)
        {
            bool isGrouped = next < _columns.Length && _columns[next].Source == i;
            if (!isGrouped && double.IsNaN(row[i]))
                row[i] = grouped[i];
            if (isGrouped)
                next++;
        }
        foreach (GroupedColumn column in _columns)
        {
            double group = grouped[column.Source];
            if (!double.IsNaN(row[column.Source]) || !(group >= 0 && group < column.GroupCount))
                continue;
            if (random is { } draw)
            {
                row[column.Source] = column.Draw((int)group, row, draw);
                continue;
            }
            double sure = uncertainties.Length > 0 ? uncertainties[column.Source].Probability : double.NaN;
            (row[column.Source], double probability) = column.Guess((int)group, sure, row);
            if (!double.IsNaN(sure))
                uncertainties[column.Source] = CellUncertainty.OfCategory(probability);
        }
    }

    /// <summary>Whether a row has a category that the other cells of the row can be more or less like than those of its group.</summary>
    public bool HasChoice(ReadOnlySpan<double> row)
    {
        foreach (GroupedColumn column in _columns)
        {
            if (column.IsOneOfSeveral(row[column.Source]))
                return true;
        }
        return false;
    }

    /// <summary>The logarithm of how probable the given categories of a row are in their groups, by its other cells.</summary>
    /// <param name="given">The row before it was completed.</param>
    /// <param name="completed">The row.</param>
    public double LogProbability(ReadOnlySpan<double> given, ReadOnlySpan<double> completed)
    {
        double sum = 0;
        foreach (GroupedColumn column in _columns)
            sum += column.LogProbability(given[column.Source], completed);
        return sum;
    }

    /// <summary>Random numbers for the choices in a row.</summary>
    public static Philox ChoicesOf(ulong seed, ulong rowId, int draw) => new Philox(seed, rowId).Fork(ChoiceStream).Fork((ulong)draw);

    public void Save(BinaryWriter writer)
    {
        writer.Write(_columns.Length);
        foreach (GroupedColumn column in _columns)
            column.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="columns">The columns of the table.</param>
    public static ManyCategories Load(BinaryReader reader, IReadOnlyList<TableColumn> columns)
    {
        GroupedColumn[] grouped = reader.ReadItems(
            2 * sizeof(int), "columns of many categories", each => GroupedColumn.Load(each, columns));
        CheckedReading.Require(
            grouped.Length > 0 && CheckedReading.Ascend([.. grouped.Select(column => column.Source)]),
            "columns of many categories are not in order");
        return new ManyCategories(columns, grouped);
    }

    /// <summary>Refuses a model of other columns than those with groups.</summary>
    public void RequireSame(IReadOnlyList<TableColumn> columns) => CheckedReading.Require(
        columns.Count == GroupedColumns.Count && columns.Zip(GroupedColumns).All(pair => pair.First.Kind == pair.Second.Kind
            && pair.First.Categories.Count == pair.Second.Categories.Count),
        "its columns are not those whose categories are grouped");
}
