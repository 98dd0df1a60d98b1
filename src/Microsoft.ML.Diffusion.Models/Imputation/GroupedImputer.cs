using Microsoft.ML.Diffusion.Models.Categories;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>An imputer of a table with columns of many categories: another imputer fills in their groups, and the other columns decide
/// which category of a group it is.</summary>
internal sealed class GroupedImputer : TableImputer
{
    private readonly ManyCategories _categories;
    private readonly CategoryCorrection[] _corrections;
    private readonly TableImputer _inner;

    /// <param name="categories">The groups.</param>
    /// <param name="corrections">What the categories themselves tell of numbers.</param>
    /// <param name="inner">Fills in rows with groups.</param>
    public GroupedImputer(ManyCategories categories, CategoryCorrection[] corrections, TableImputer inner)
        : base(categories.Columns) => (_categories, _corrections, _inner) = (categories, corrections, inner);

    /// <inheritdoc/>
    public override ImputationMethod Method => _inner.Method;

    /// <inheritdoc/>
    public override IReadOnlyList<BlendMember> Members => _inner.Members;

    /// <inheritdoc/>
    public override IReadOnlyList<ImputationScore> Scores => _inner.Scores;

    /// <inheritdoc/>
    public override bool IsCalibrated => _inner.IsCalibrated;

    /// <inheritdoc/>
    public override bool CanDraw => _inner.CanDraw;

    /// <inheritdoc/>
    public override void Impute(ReadOnlySpan<double> row, Span<double> completed)
    {
        RefuseOtherLength(row, completed);
        double[] grouped = Grouped(row);
        _inner.Impute(grouped, grouped);
        Correct(row, grouped);
        row.CopyTo(completed);
        _categories.Complete(completed, grouped, random: null);
    }

    /// <inheritdoc/>
    public override void Impute(
        ReadOnlySpan<double> row, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage = 0.9)
    {
        RefuseOtherLength(row, completed);
        RefuseUncertainty(uncertainties, coverage);
        double[] grouped = Grouped(row);
        _inner.Impute(grouped, grouped, uncertainties, coverage);
        foreach (CategoryCorrection each in _corrections)
        {
            if (each.Concerns(row) && !double.IsNaN(uncertainties[each.Source].StandardDeviation))
                uncertainties[each.Source] = each.Correct(uncertainties[each.Source], grouped[each.Source], row[each.Category]);
        }
        Correct(row, grouped);
        row.CopyTo(completed);
        _categories.Complete(completed, grouped, random: null, uncertainties);
    }

    /// <inheritdoc/>
    public override void Draw(ReadOnlySpan<double> row, Span<double> completed, ulong seed, ulong rowId, int draw = 0)
    {
        RefuseOtherLength(row, completed);
        double[] grouped = Grouped(row);
        double[]? guessed = IsCorrected(row) ? [.. grouped] : null;
        _inner.Draw(grouped, grouped, seed, rowId, draw);
        if (guessed is not null)
        {
            _inner.Impute(guessed, guessed);
            Correct(row, grouped, guessed);
        }
        row.CopyTo(completed);
        _categories.Complete(completed, grouped, ManyCategories.ChoicesOf(seed, rowId, draw));
    }

    /// <inheritdoc/>
    protected override void ImputeRows(
        Table table, int start, ReadOnlySpan<ulong> rowIds, ImputationMode mode, ulong seed, int draw, CancellationToken cancel)
    {
        Table grouped = Grouped(table, start, rowIds.Length);
        if (mode == ImputationMode.Expectation)
        {
            _inner.Complete(grouped, rowIds.ToArray(), cancel: cancel);
            FinishGuesses(table, start, grouped);
            return;
        }
        List<int> corrected = [.. Enumerable.Range(start, rowIds.Length).Where(row => IsCorrected(table.Row(row)))];
        var guessed = new Table(_categories.GroupedColumns, corrected.Count);
        for (int i = 0; i < guessed.RowCount; i++)
            grouped.Row(corrected[i] - start).CopyTo(guessed.Row(i));
        _inner.Complete(grouped, rowIds.ToArray(), mode, seed, draw, progress: null, cancel);
        if (guessed.RowCount > 0)
            _inner.Complete(guessed, new ulong[guessed.RowCount], cancel: cancel);
        for (int i = 0; i < corrected.Count; i++)
            Correct(table.Row(corrected[i]), grouped.Row(corrected[i] - start), guessed.Row(i));
        for (int i = 0; i < rowIds.Length; i++)
            _categories.Complete(table.Row(start + i), grouped.Row(i), ManyCategories.ChoicesOf(seed, rowIds[i], draw));
    }

    /// <inheritdoc/>
    internal override void Guess(Table rows, CategoryShares shares, CancellationToken cancel)
    {
        Table grouped = Grouped(rows, 0, rows.RowCount);
        _inner.Guess(grouped, shares, cancel);
        FinishGuesses(rows, 0, grouped);
    }

    private Table Grouped(Table table, int start, int count)
    {
        var grouped = new Table(_categories.GroupedColumns, count);
        for (int i = 0; i < count; i++)
        {
            table.Row(start + i).CopyTo(grouped.Row(i));
            _categories.Group(grouped.Row(i));
        }
        return grouped;
    }

    private void FinishGuesses(Table table, int start, Table grouped)
    {
        for (int i = 0; i < grouped.RowCount; i++)
        {
            Correct(table.Row(start + i), grouped.Row(i));
            _categories.Complete(table.Row(start + i), grouped.Row(i), random: null);
        }
    }

    /// <summary>Reads what <see cref="SaveMarked"/> wrote behind the mark.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="load">Reads the inner imputer.</param>
    public static GroupedImputer Load(BinaryReader reader, Func<BinaryReader, TableImputer> load)
    {
        TableColumn[] columns = reader.ReadItems(2, "columns", TableColumn.Load);
        var categories = ManyCategories.Load(reader, columns);
        CategoryCorrection[] corrections = reader.ReadItems(
            2 * sizeof(int), "corrections by categories", each => CategoryCorrection.Load(each, columns));
        CheckedReading.Require(
            CheckedReading.Ascend([.. corrections.Select(correction => correction.Source)]), "corrections by categories are not in order");
        TableImputer inner = load(reader);
        categories.RequireSame(inner.Columns);
        return new GroupedImputer(categories, corrections, inner);
    }

    private protected override void SaveMarked(BinaryWriter writer)
    {
        writer.Write(ManyCategories.Mark);
        writer.Write(Columns.Count);
        foreach (TableColumn column in Columns)
            column.Save(writer);
        _categories.Save(writer);
        writer.Write(_corrections.Length);
        foreach (CategoryCorrection correction in _corrections)
            correction.Save(writer);
        SaveMarked(_inner, writer);
    }

    private protected override void SaveContent(BinaryWriter writer) => throw new System.Diagnostics.UnreachableException();

    private bool IsCorrected(ReadOnlySpan<double> row)
    {
        foreach (CategoryCorrection each in _corrections)
        {
            if (each.Concerns(row))
                return true;
        }
        return false;
    }

    private void Correct(ReadOnlySpan<double> row, Span<double> grouped)
    {
        foreach (CategoryCorrection each in _corrections)
        {
            if (each.Concerns(row))
                grouped[each.Source] = each.Correct(grouped[each.Source], row[each.Category]);
        }
    }

    private void Correct(ReadOnlySpan<double> row, Span<double> drawn, ReadOnlySpan<double> guessed)
    {
        foreach (CategoryCorrection each in _corrections)
        {
            if (each.Concerns(row))
                drawn[each.Source] = each.Correct(drawn[each.Source], guessed[each.Source], row[each.Category]);
        }
    }

    private double[] Grouped(ReadOnlySpan<double> row)
    {
        double[] grouped = row.ToArray();
        _categories.Group(grouped);
        return grouped;
    }
}
