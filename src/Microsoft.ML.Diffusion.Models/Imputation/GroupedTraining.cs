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
    private const int MostNumbers = 8, MostHeldBack = 800, HeldBackOneIn = 20;
    private const ulong HeldBackStream = 0x48454C44;

    private readonly ManyCategories _many;
    private readonly ITableRows _all;
    private readonly List<(CategoryMeans Means, int[] Rows)> _heldBack = [];

    /// <param name="many">The groups.</param>
    /// <param name="rows">The rows with categories.</param>
    public GroupedTraining(ManyCategories many, ITableRows rows)
    {
        (_many, _all, Rows) = (many, rows, many.Group(rows));
        CategoryMeans[] chosen = [.. Enumerable.Range(0, rows.Columns.Count).Where(i => rows.Columns[i].Kind == ColumnKind.Numeric)
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
        foreach ((CategoryMeans means, int[] rows) in _heldBack)
        {
            var cells = new Table(_many.GroupedColumns, rows.Length);
            for (int i = 0; i < rows.Length; i++)
            {
                _all.Read(rows[i], cells.Row(i));
                _many.Group(cells.Row(i));
                cells[i, means.Source] = double.NaN;
            }
            Table guessed = inner.Impute(cells, cancel: cancel);
            var correction = CategoryCorrection.Fit(means, _many.Columns[means.Category].Categories.Count, [.. rows.Select((row, i) =>
                ((int)_all[row, means.Category], _all[row, means.Source], guessed[i, means.Source]))]);
            if (correction is not null)
                corrections.Add(correction);
        }
        return new GroupedImputer(_many, [.. corrections.OrderBy(correction => correction.Source)], inner);
    }

    private void HoldBack(CategoryMeans means, int most)
    {
        int[] known = [.. Enumerable.Range(0, _all.RowCount).Where(row => !double.IsNaN(_all[row, means.Source])
            && means.IsSeen(_all[row, means.Category]) && means.CountOf(_all[row, means.Category]) > 1)];
        var random = new Philox(HeldBackStream, (ulong)means.Source);
        int oneIn = Math.Max(HeldBackOneIn, known.Length / most);
        int[] rows = [.. known.Where(row => random.Below((ulong)row, oneIn) == 0)];
        foreach (int row in rows)
            Rows[row, means.Source] = double.NaN;
        _heldBack.Add((means, rows));
    }
}
