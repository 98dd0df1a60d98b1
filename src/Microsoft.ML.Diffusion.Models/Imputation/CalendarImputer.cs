using Microsoft.ML.Diffusion.Models.Calendar;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>An imputer of a table with dates: another imputer fills in the dates together with their months, weekdays, times of day and
/// differences, and a date is chosen that agrees with them.</summary>
internal sealed class CalendarImputer : TableImputer
{
    private readonly CalendarPlan _plan;
    private readonly DateErrors[] _errors;
    private readonly TableImputer _inner;
    private readonly int[] _categories;

    /// <param name="plan">The columns that are computed from dates.</param>
    /// <param name="errors">How far the inner imputer's dates are off, a value a date.</param>
    /// <param name="inner">Fills in expanded rows.</param>
    public CalendarImputer(CalendarPlan plan, DateErrors[] errors, TableImputer inner)
        : base(plan.Columns)
    {
        (_plan, _errors, _inner) = (plan, errors, inner);
        _categories = DateSettling.CategoriesOf(plan);
    }

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
        Table expanded = Expanded(row);
        Guess(row, expanded);
        Complete(row, expanded.Row(0), completed);
    }

    /// <inheritdoc/>
    public override void Impute(
        ReadOnlySpan<double> row, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage = 0.9)
    {
        RefuseOtherLength(row, completed);
        RefuseUncertainty(uncertainties, coverage);
        Table expanded = Expanded(row);
        double[] guesses = expanded.Row(0).ToArray();
        var own = new CellUncertainty[guesses.Length];
        _inner.Impute(guesses, guesses, own, coverage);
        Guess(row, expanded);
        for (int i = 0; i < row.Length; i++)
            uncertainties[i] = own[_plan.PlaceOf(i)];
        var settling = new DateSettling(_plan, _errors);
        for (int date = 0; date < _plan.Dates.Count; date++)
        {
            int source = _plan.Dates[date].Source;
            if (!double.IsNaN(row[source]) || double.IsNaN(uncertainties[source].StandardDeviation))
                continue;
            if (settling.IsByDifference(row, date, out int link))
            {
                double moment = settling.ByDifference(link, date, guesses);
                uncertainties[source] = Moved(own[_plan.PlaceOfLink(link)], moment, link, date, guesses);
            }
            uncertainties[source] = Around(uncertainties[source], expanded.Row(0)[_plan.PlaceOf(source)]);
        }
        Complete(row, expanded.Row(0), completed);
    }

    /// <inheritdoc/>
    public override void Draw(ReadOnlySpan<double> row, Span<double> completed, ulong seed, ulong rowId, int draw = 0)
    {
        RefuseOtherLength(row, completed);
        Span<double> expanded = Expanded(row).Row(0);
        _inner.Draw(expanded, expanded, seed, rowId, draw);
        new DateSettling(_plan, _errors).Settle(row, expanded);
        Complete(row, expanded, completed);
    }

    /// <inheritdoc/>
    protected override void ImputeRows(
        Table table, int start, ReadOnlySpan<ulong> rowIds, ImputationMode mode, ulong seed, int draw, CancellationToken cancel)
    {
        Table expanded = _plan.Expand(table, start, rowIds.Length);
        CategoryShares? shares = null;
        if (mode == ImputationMode.Draw)
            _inner.Complete(expanded, rowIds.ToArray(), mode, seed, draw, progress: null, cancel);
        else
            _inner.Guess(expanded, shares = new CategoryShares(_plan.ExpandedColumns, _categories, rowIds.Length), cancel);
        var settling = new DateSettling(_plan, _errors);
        for (int i = 0; i < rowIds.Length; i++)
        {
            Span<double> row = table.Row(start + i);
            settling.Settle(row, expanded.Row(i), shares, i);
            Complete(row, expanded.Row(i), row);
        }
    }

    /// <summary>Reads what <see cref="SaveMarked"/> wrote behind the mark.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="load">Reads the inner imputer.</param>
    public static CalendarImputer Load(BinaryReader reader, Func<BinaryReader, TableImputer> load)
    {
        TableColumn[] columns = reader.ReadItems(2, "columns", TableColumn.Load);
        var plan = CalendarPlan.Load(reader, columns);
        var errors = new DateErrors[plan.Dates.Count];
        for (int i = 0; i < errors.Length; i++)
            errors[i] = DateErrors.Load(reader);
        TableImputer inner = load(reader);
        plan.RequireSame(inner.Columns);
        return new CalendarImputer(plan, errors, inner);
    }

    private protected override void SaveMarked(BinaryWriter writer)
    {
        writer.Write(CalendarPlan.Mark);
        writer.Write(Columns.Count);
        foreach (TableColumn column in Columns)
            column.Save(writer);
        _plan.Save(writer);
        foreach (DateErrors errors in _errors)
            errors.Save(writer);
        SaveMarked(_inner, writer);
    }

    private protected override void SaveContent(BinaryWriter writer) => throw new System.Diagnostics.UnreachableException();

    private Table Expanded(ReadOnlySpan<double> row)
    {
        var expanded = new Table(_plan.ExpandedColumns, 1);
        _plan.Expand(row, expanded.Row(0));
        return expanded;
    }

    private void Guess(ReadOnlySpan<double> row, Table expanded)
    {
        var shares = new CategoryShares(_plan.ExpandedColumns, _categories, 1);
        _inner.Guess(expanded, shares, CancellationToken.None);
        new DateSettling(_plan, _errors).Settle(row, expanded.Row(0), shares);
    }

    private void Complete(ReadOnlySpan<double> row, ReadOnlySpan<double> expanded, Span<double> completed)
    {
        for (int i = 0; i < row.Length; i++)
            completed[i] = double.IsNaN(row[i]) ? expanded[_plan.PlaceOf(i)] : row[i];
    }

    // How sure a difference is, around the date that it leads to, in the unit of the date.
    private CellUncertainty Moved(CellUncertainty difference, double moment, int link, int date, ReadOnlySpan<double> guesses)
    {
        if (double.IsNaN(difference.StandardDeviation))
            return difference;
        CalendarLink own = _plan.Links[link];
        CalendarDate column = _plan.Dates[date];
        double guess = own.ToDays(guesses[_plan.PlaceOfLink(link)]), sign = own.Second == date ? 1 : -1;
        double one = moment + (sign * (own.ToDays(difference.Lower) - guess));
        double other = moment + (sign * (own.ToDays(difference.Upper) - guess));
        return CellUncertainty.OfNumber(
            column.FromDays(Math.Min(one, other)),
            column.FromDays(Math.Max(one, other)),
            column.FromDays(own.ToDays(difference.StandardDeviation)) - column.FromDays(0));
    }

    private static CellUncertainty Around(CellUncertainty known, double value) => CellUncertainty.OfNumber(
        Math.Min(known.Lower, value), Math.Max(known.Upper, value), known.StandardDeviation);
}
