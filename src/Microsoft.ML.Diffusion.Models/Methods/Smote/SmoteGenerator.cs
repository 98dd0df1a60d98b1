using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Neighbors;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Smote;

/// <summary>The baseline: SMOTE, and SMOTE-NC where there are categories (Chawla et al. 2002, sections 4 and 6.1). A row lies between a
/// training row and one of its nearest neighbours of the same label.</summary>
/// <remarks>
/// Distance is Euclidean over standardised numbers; a category that differs adds the median deviation of the numbers, which is 1 once they
/// are standardised. A number is interpolated, and rounded where the column holds whole numbers only; a category is the most frequent one
/// among the neighbours. The label of a row is that of its first parent; a training row whose class has no other row is copied. Only the
/// label can be fixed. In distances missing numbers count as the mean and missing categories as one of their own. No made cell is missing,
/// unless its whole column is: rows without a label are no first parents, and a cell that both parents lack comes from the nearest
/// neighbour
/// that has it, else from a row of the class, else from any row.
/// </remarks>
public sealed class SmoteGenerator : TableGenerator
{
    // Draws before it choose the parents and the place between them.
    private const ulong FirstDrawOfColumns = 16;

    private readonly Table _table;
    private readonly int? _label;
    private readonly int _neighbours;
    private readonly bool[] _isNumeric;
    private readonly bool[] _isWhole;
    private readonly Dictionary<double, SmoteRows> _classes;

    // All rows with a label; all rows, where there are no classes.
    private readonly int[] _labelled;
    private readonly SmoteRows? _withoutClasses;

    /// <summary>Keeps the rows of a table.</summary>
    /// <param name="table">A table with at least one row.</param>
    /// <param name="labelColumn">A categorical column whose classes are kept apart, 0-based; null, or a numeric one, for none.</param>
    /// <param name="neighbours">How many nearest neighbours may be the second parent; 5 in the paper.</param>
    /// <exception cref="InvalidDataException">The table has no rows, or a cell is infinite.</exception>
    public SmoteGenerator(Table table, int? labelColumn = null, int neighbours = 5)
        : base(table?.Columns ?? throw new ArgumentNullException(nameof(table)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
        table.RefuseNoRows();
        table.RefuseInfinities();
        _table = table.Clone();
        _label = labelColumn is int label && Columns[label].Kind == ColumnKind.Categorical ? label : null;
        // There is room for those that are found, and there are no more than rows.
        _neighbours = Math.Min(neighbours, table.RowCount);
        int[] all = [.. Enumerable.Range(0, table.RowCount)];
        _isWhole = [.. Columns.Select((_, i) => all.All(row => double.IsNaN(table[row, i]) || table[row, i] == Math.Round(table[row, i])))];
        // The label does not count in distances: it is 0 in all rows.
        _isNumeric = [.. Columns.Select((column, i) => i == _label || column.Kind == ColumnKind.Numeric)];
        ColumnSummary[] summaries = [.. Columns.Select((_, i) => ColumnSummary.Of(table, i))];
        SmoteRows Rows(int[] rows) => new(rows, table, summaries, _label);
        _labelled = _label is int by ? [.. all.Where(row => !double.IsNaN(table[row, by]))] : [];
        _classes = _labelled.GroupBy(row => table[row, _label!.Value]).ToDictionary(rows => rows.Key, rows => Rows([.. rows]));
        if (_classes.Count == 0)
            (_labelled, _withoutClasses) = (all, Rows(all));
    }

    /// <inheritdoc/>
    protected override void RequireSatisfiable(GenerationConditions conditions)
    {
        if (conditions.Ranges.Count > 0 || conditions.MissingColumns.Count > 0 || conditions.Fixed.Keys.Any(column => column != _label))
            throw new ArgumentException("SMOTE can fix the label only.", nameof(conditions));
        if (_label is int label && conditions.Fixed.TryGetValue(label, out double value) && !_classes.ContainsKey(value))
            throw new ArgumentException($"No training row has the label '{Columns[label].Categories[(int)value]}', so SMOTE cannot make one.", nameof(conditions));
    }

    /// <inheritdoc/>
    protected override void CompleteRows(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, CancellationToken cancel)
    {
        int[] nearest = new int[_neighbours];
        float[] distances = new float[_neighbours], sums = new float[RowBlocks.BlockRows];
        for (int row = start; row < start + count; row++)
        {
            cancel.ThrowIfCancellationRequested();
            Make(table.Row(row), new Philox(seed, firstId + (ulong)(row - start)), nearest, distances, sums);
        }
    }

    private void Make(Span<double> row, Philox random, int[] nearest, float[] distances, float[] sums)
    {
        double wanted = _label is int label ? row[label] : double.NaN;
        int[] parents = _classes.TryGetValue(wanted, out SmoteRows? own) ? own.Rows : _labelled;
        int parent = parents[random.Below(0, parents.Length)];
        SmoteRows candidates = _withoutClasses ?? _classes[_table[parent, _label!.Value]];
        int found = candidates.Nearest(parent, _isNumeric, nearest, distances, sums);
        ReadOnlySpan<double> first = _table.Row(parent);
        ReadOnlySpan<double> second = found == 0 ? first : _table.Row(nearest[random.Below(1, found)]);
        double share = random.Uniform(2);
        for (int i = 0; i < row.Length; i++)
        {
            if (!double.IsNaN(row[i]))
                continue;
            if (i == _label || found == 0)
                row[i] = first[i];
            else if (Columns[i].Kind == ColumnKind.Categorical)
                row[i] = MostFrequent(i, nearest.AsSpan(0, found), first[i]);
            else if (double.IsNaN(first[i]) || double.IsNaN(second[i]))
                row[i] = double.IsNaN(first[i]) ? second[i] : first[i];
            else
                row[i] = _isWhole[i] ? Math.Round(first[i] + share * (second[i] - first[i])) : first[i] + share * (second[i] - first[i]);
            if (double.IsNaN(row[i]))
                row[i] = Observed(i, nearest.AsSpan(0, found), candidates.Rows, random);
        }
    }

    /// <summary>A value of a column for a cell that both parents lack; NaN where the whole column is empty.</summary>
    private double Observed(int column, ReadOnlySpan<int> nearest, int[] candidates, Philox random)
    {
        foreach (int row in nearest)
        {
            if (!double.IsNaN(_table[row, column]))
                return _table[row, column];
        }
        foreach (IEnumerable<int> rows in (IEnumerable<int>[])[candidates, Enumerable.Range(0, _table.RowCount)])
        {
            int[] having = [.. rows.Where(row => !double.IsNaN(_table[row, column]))];
            if (having.Length > 0)
                return _table[having[random.Below(FirstDrawOfColumns + (ulong)column, having.Length)], column];
        }
        return double.NaN;
    }

    private double MostFrequent(int column, ReadOnlySpan<int> rows, double otherwise)
    {
        double best = otherwise;
        int votes = 0;
        foreach (int row in rows)
        {
            double value = _table[row, column];
            int count = 0;
            foreach (int other in rows)
                count += _table[other, column] == value ? 1 : 0;
            if (count > votes)
                (best, votes) = (value, count);
        }
        return best;
    }
}
