using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Calendar;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>The training of an imputer on a table with dates. A few dates are held back from it; they tell afterwards how far guesses of a
/// date are off, alone and beside another one.</summary>
internal sealed class CalendarTraining
{
    private const double HeldBackShare = 0.05;
    private const int MostHeldBack = 240, RowsAtOnce = 60;
    private const ulong HeldBackStream = 0x44415445;

    // As many errors as the spread of the column counts for, so that a few dates held back do not decide alone.
    private const double PriorCount = 2;

    private readonly CalendarPlan _plan;
    private readonly ITableRows _all;
    private readonly byte[] _hidden;
    private readonly List<int> _rows = [];

    /// <param name="plan">The columns that are computed from dates.</param>
    /// <param name="rows">The rows of the table.</param>
    public CalendarTraining(CalendarPlan plan, ITableRows rows)
    {
        (_plan, _all) = (plan, rows);
        _hidden = new byte[rows.RowCount];
        for (int date = 0; date < plan.Dates.Count; date++)
            HoldBack(date);
        for (int row = 0; row < _hidden.Length; row++)
        {
            if (_hidden[row] != 0)
                _rows.Add(row);
        }
        Rows = new CalendarRows(plan, rows, _hidden);
    }

    /// <summary>The expanded rows, to train on.</summary>
    public ITableRows Rows { get; }

    /// <summary>Puts the imputer of expanded rows and what is measured of it together.</summary>
    /// <param name="inner">Trained on <see cref="Rows"/>.</param>
    /// <param name="cancel">Stops the work.</param>
    public CalendarImputer Finish(TableImputer inner, CancellationToken cancel)
    {
        int[] categories = DateSettling.CategoriesOf(_plan);
        var measures = new Measure[_plan.Dates.Count];
        for (int i = 0; i < measures.Length; i++)
            measures[i] = new Measure();
        var portions = new (Table Guesses, CategoryShares Shares)[(_rows.Count + RowsAtOnce - 1) / RowsAtOnce];
        ParallelLoop.Run(portions.Length, portion =>
        {
            int first = portion * RowsAtOnce;
            var guesses = new Table(_plan.ExpandedColumns, Math.Min(RowsAtOnce, _rows.Count - first));
            for (int i = 0; i < guesses.RowCount; i++)
                Rows.Read(_rows[first + i], guesses.Row(i));
            var shares = new CategoryShares(_plan.ExpandedColumns, categories, guesses.RowCount);
            inner.Guess(guesses, shares, cancel);
            portions[portion] = (guesses, shares);
        }, cancel: cancel);
        double[] truth = new double[_plan.Columns.Count], row = new double[truth.Length];
        double[] expanded = new double[_plan.ExpandedColumns.Count];
        for (int i = 0; i < _rows.Count; i++)
        {
            _all.Read(_rows[i], truth);
            _plan.Expand(truth, expanded);
            truth.CopyTo(row, 0);
            for (int date = 0; date < measures.Length; date++)
            {
                if (IsHidden(_rows[i], date))
                    row[_plan.Dates[date].Source] = double.NaN;
            }
            ReadOnlySpan<double> guess = portions[i / RowsAtOnce].Guesses.Row(i % RowsAtOnce);
            for (int date = 0; date < measures.Length; date++)
            {
                if (IsHidden(_rows[i], date))
                    Add(measures[date], date, row, expanded, guess);
            }
        }
        return new CalendarImputer(_plan, [.. measures.Select(ToErrors)], inner);
    }

    private bool IsHidden(int row, int date) => (_hidden[row] >> date & 1) != 0;

    // One time by itself, and one time with all dates that would tell it.
    private void HoldBack(int date)
    {
        int source = _plan.Dates[date].Source;
        int[] known = [.. Enumerable.Range(0, _all.RowCount).Where(row => !double.IsNaN(_all[row, source]))];
        double share = Math.Min(HeldBackShare, (double)MostHeldBack / Math.Max(1, known.Length));
        var random = new Philox(HeldBackStream, (ulong)date);
        int count = 0, linked = 0;
        foreach (CalendarLink link in _plan.Links)
            linked |= link.First == date ? 1 << link.Second : link.Second == date ? 1 << link.First : 0;
        foreach (int row in known)
        {
            if (random.Uniform((ulong)row) >= share)
                continue;
            int hidden = 1 << date | (count++ % 2 == 1 ? linked : 0);
            for (int other = 0; other < _plan.Dates.Count; other++)
            {
                if ((hidden >> other & 1) != 0 && !double.IsNaN(_all[row, _plan.Dates[other].Source]))
                    _hidden[row] |= (byte)(1 << other);
            }
        }
    }

    private void Add(Measure measure, int date, ReadOnlySpan<double> row, ReadOnlySpan<double> truth, ReadOnlySpan<double> guess)
    {
        double moment = _plan.Moment(truth, date), error = Square(_plan.Moment(guess, date) - moment);
        if (double.IsNaN(error))
            return;
        int part = _plan.PartsOf(date);
        if (_plan.Dates[date].HasMonth)
            measure.Months.Add(guess[part] == truth[part++] ? 1 : 0);
        if (_plan.Dates[date].HasWeekday)
            measure.Weekdays.Add(guess[part] == truth[part] ? 1 : 0);
        var settling = new DateSettling(_plan, errors: null);
        if (!settling.IsByDifference(row, date, out int link))
        {
            measure.Alone.Add(error);
            return;
        }
        measure.Beside.Add(error);
        measure.ByDifference.Add(Square(settling.ByDifference(link, date, guess) - moment));
    }

    private DateErrors ToErrors(Measure measure, int date)
    {
        double spread = (_plan.Dates[date].Maximum - _plan.Dates[date].Minimum) / 4;
        double near = _plan.Links.Where(link => link.First == date || link.Second == date)
            .Select(link => link.Deviation).DefaultIfEmpty(spread).Min();
        return new DateErrors(
            Root(measure.Alone, spread), Root(measure.Beside, near), Root(measure.ByDifference, near),
            Share(measure.Months, CalendarDate.Months), Share(measure.Weekdays, CalendarDate.Weekdays));
    }

    private static double Root(List<double> squares, double prior) => Math.Max(
        DateErrors.Least, Math.Sqrt((squares.Sum() + (PriorCount * prior * prior)) / (squares.Count + PriorCount)));

    private static double Share(List<double> hits, int categories) => (hits.Sum() + 1) / (hits.Count + categories);

    private static double Square(double x) => x * x;

    private sealed class Measure
    {
        public List<double> Alone { get; } = [];

        public List<double> Beside { get; } = [];

        public List<double> ByDifference { get; } = [];

        public List<double> Months { get; } = [];

        public List<double> Weekdays { get; } = [];
    }
}
