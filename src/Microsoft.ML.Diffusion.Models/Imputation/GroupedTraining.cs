using Microsoft.ML.Diffusion.Models.Categories;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>The training of an imputer on groups of categories. A few numbers are held back from it; they tell afterwards how much the
/// category itself says of a number beyond its group.</summary>
internal sealed class GroupedTraining
{
    // A category tells little more than chance of a number of which it explains less.
    private const double LeastExplained = 0.05;
    private const double HeldBackShare = 0.05, MostHeldBackShare = 0.25;
    private const int MostNumbers = 8, MostHeldBack = 800;
    private const ulong HeldBackStream = 0x48454C44;

    private readonly ManyCategories _many;
    private readonly ITableRows _all;
    private readonly List<(CategoryMeans Means, (int Row, double Weight)[] Rows)> _heldBack = [];

    /// <param name="many">The groups.</param>
    /// <param name="rows">The rows with categories.</param>
    public GroupedTraining(ManyCategories many, ITableRows rows)
    {
        (_many, _all, Rows) = (many, rows, many.Group(rows));
        CategoryMeans[] chosen = [.. Enumerable.Range(0, rows.Columns.Count)
            .Where(i => rows.Columns[i].Kind == ColumnKind.Numeric && rows.Columns[i].Sources.Count == 0)
            .Select(i => many.Grouped.Select(column => new CategoryMeans(rows, i, column)).MaxBy(means => means.Explained)!)
            .Where(means => means.Explained >= LeastExplained).OrderByDescending(means => means.Explained).Take(MostNumbers)];
        foreach (CategoryMeans means in chosen)
            HoldBack(means, MostHeldBack / chosen.Length);
    }

    /// <summary>The rows with groups, to train on.</summary>
    public Table Rows { get; }

    /// <summary>Puts the imputer of the groups and the corrections together.</summary>
    /// <param name="inner">Trained on <see cref="Rows"/>.</param>
    /// <param name="cancel">Stops the work.</param>
    public GroupedImputer Finish(TableImputer inner, CancellationToken cancel)
    {
        List<CategoryCorrection> corrections = [];
        foreach ((CategoryMeans means, (int Row, double Weight)[] rows) in _heldBack)
        {
            var cells = new Table(_many.GroupedColumns, rows.Length);
            for (int i = 0; i < rows.Length; i++)
            {
                _all.Read(rows[i].Row, cells.Row(i));
                _many.Group(cells.Row(i));
                Hide(cells.Row(i), means.Source);
            }
            Table guessed = inner.Impute(cells, cancel: cancel);
            var correction = CategoryCorrection.Fit(means, _many.Columns[means.Category].Categories.Count, [.. rows.Select((each, i) =>
                ((int)_all[each.Row, means.Category], _all[each.Row, means.Source], guessed[i, means.Source], each.Weight))]);
            if (correction is not null)
                corrections.Add(correction);
        }
        return new GroupedImputer(_many, [.. corrections.OrderBy(correction => correction.Source)], inner);
    }

    // What is computed from a cell is missing where the cell is.
    private void Hide(Span<double> row, int source)
    {
        for (int i = 0; i < row.Length; i++)
        {
            if (i == source || _all.Columns[i].Sources.Contains(source))
                row[i] = double.NaN;
        }
    }

    // Rows of categories that differ from their group are few, and tell most: they are held back more often, and count less.
    private void HoldBack(CategoryMeans means, int most)
    {
        int[] known = [.. Enumerable.Range(0, _all.RowCount).Where(row => !double.IsNaN(_all[row, means.Source])
            && means.IsSeen(_all[row, means.Category]) && means.CountOf(_all[row, means.Category]) > 1)];
        double[] differences = [.. known.Select(row => Difference(means.Without((int)_all[row, means.Category], _all[row, means.Source])))];
        double mean = differences.Sum() / Math.Max(1, known.Length);
        double share = Math.Min(HeldBackShare, (double)most / Math.Max(1, known.Length));
        var random = new Philox(HeldBackStream, (ulong)means.Source);
        List<(int Row, double Weight)> rows = [];
        for (int i = 0; i < known.Length; i++)
        {
            double own = mean > 0 ? Math.Min(MostHeldBackShare, share / 2 * (1 + differences[i] / mean)) : share;
            if (random.Uniform((ulong)known[i]) >= own)
                continue;
            rows.Add((known[i], 1 / own));
            Hide(Rows.Row(known[i]), means.Source);
        }
        _heldBack.Add((means, [.. rows]));

        static double Difference((double Own, double Group) pair) => Math.Abs(pair.Own - pair.Group);
    }
}
