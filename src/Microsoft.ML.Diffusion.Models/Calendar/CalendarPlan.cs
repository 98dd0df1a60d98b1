using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Calendar;

/// <summary>The columns that a table with dates is given before a method learns it: behind each date its month, weekday and time of day,
/// and its difference to another date that lies near, as far as each can matter.</summary>
/// <remarks>A computed cell is observed where its date is. Columns that cannot matter are not added: see <see cref="CalendarDate"/> and
/// <see cref="CalendarLink"/>. A table without dates has no plan.</remarks>
internal sealed class CalendarPlan
{
    /// <summary>What a saved model with such columns is marked by, where otherwise its method is named.</summary>
    public const string Mark = "calendar";

    /// <summary>The most dates that are given columns.</summary>
    public const int MostDates = 4;

    private const int MostLinks = 3;

    private readonly CalendarDate[] _dates;
    private readonly CalendarLink[] _links;
    private readonly int[] _places;
    private readonly int[] _linkPlaces;

    // Of each expanded column that is a part of a date: the date.
    private readonly int[] _dateOf;

    private CalendarPlan(IReadOnlyList<TableColumn> columns, CalendarDate[] dates, CalendarLink[] links)
    {
        (Columns, _dates, _links) = (columns, dates, links);
        _places = new int[columns.Count];
        _linkPlaces = new int[links.Length];
        List<TableColumn> expanded = [];
        for (int i = 0; i < columns.Count; i++)
        {
            _places[i] = expanded.Count;
            // A date is a number like any other from here on.
            expanded.Add(columns[i].Moment == MomentKind.None ? columns[i] : TableColumn.Numeric(columns[i].Name));
            int date = Array.FindIndex(dates, date => date.Source == i);
            if (date < 0)
                continue;
            expanded.AddRange(dates[date].Parts(columns[i].Name).Select(part => part.From(_places[i])));
            for (int link = 0; link < links.Length; link++)
            {
                if (links[link].Second != date)
                    continue;
                int first = dates[links[link].First].Source;
                _linkPlaces[link] = expanded.Count;
                expanded.Add(CalendarLink.Column(columns[first].Name, columns[i].Name).From(_places[first], _places[i]));
            }
        }
        ExpandedColumns = expanded;
        _dateOf = new int[expanded.Count];
        Array.Fill(_dateOf, -1);
        for (int i = 0; i < dates.Length; i++)
            Array.Fill(_dateOf, i, PartsOf(i), PartCount(dates[i]));
    }

    /// <summary>The columns of the table.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The same columns with those that are computed from dates.</summary>
    public IReadOnlyList<TableColumn> ExpandedColumns { get; }

    /// <summary>The dates that have computed columns, in the table's order.</summary>
    public IReadOnlyList<CalendarDate> Dates => _dates;

    /// <summary>The pairs of dates that have a difference.</summary>
    public IReadOnlyList<CalendarLink> Links => _links;

    /// <summary>Decides which columns to compute; null for none.</summary>
    /// <param name="rows">The rows.</param>
    public static CalendarPlan? Fit(ITableRows rows)
    {
        CalendarDate[] dates = [.. Enumerable.Range(0, rows.Columns.Count)
            .Where(i => rows.Columns[i].Moment != MomentKind.None)
            .Select(i => CalendarDate.Of(rows, i)).OfType<CalendarDate>().Take(MostDates)];
        List<CalendarLink> links = [];
        for (int second = 1; second < dates.Length && links.Count < MostLinks; second++)
        {
            int own = second;
            CalendarLink? nearest = Enumerable.Range(0, second)
                .Select(first => CalendarLink.Of(rows, dates, first, own)).OfType<CalendarLink>().MinBy(link => link.Deviation);
            if (nearest is not null)
                links.Add(nearest);
        }
        return links.Count > 0 || dates.Any(date => date.HasParts) ? new CalendarPlan(rows.Columns, dates, [.. links]) : null;
    }

    /// <summary>Where a column of the table stands among the expanded ones.</summary>
    public int PlaceOf(int column) => _places[column];

    /// <summary>Where the difference of two dates stands among the expanded columns.</summary>
    public int PlaceOfLink(int link) => _linkPlaces[link];

    /// <summary>Where the parts of a date begin among the expanded columns.</summary>
    public int PartsOf(int date) => _places[_dates[date].Source] + 1;

    /// <summary>How many parts of a date are learnt.</summary>
    public static int PartCount(CalendarDate date) =>
        (date.HasMonth ? 1 : 0) + (date.HasWeekday ? 1 : 0) + (date.HasHour && !date.IsTimeOfDay ? 1 : 0)
        + (date.HasHour && date.IsCyclic ? 2 : 0);

    /// <summary>Computes the expanded row.</summary>
    /// <param name="row">One value per column of the table.</param>
    /// <param name="expanded">Receives one value per expanded column.</param>
    public void Expand(ReadOnlySpan<double> row, Span<double> expanded)
    {
        for (int i = 0; i < row.Length; i++)
            expanded[_places[i]] = row[i];
        Derive(expanded);
    }

    /// <summary>The same rows with the computed columns.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="start">The first.</param>
    /// <param name="count">How many.</param>
    public Table Expand(ITableRows rows, int start, int count)
    {
        var expanded = new Table(ExpandedColumns, count);
        double[] cells = new double[Columns.Count];
        for (int row = 0; row < count; row++)
        {
            rows.Read(start + row, cells);
            Expand(cells, expanded.Row(row));
        }
        return expanded;
    }

    /// <summary>Computes the cells of an expanded row that come of its dates.</summary>
    public void Derive(Span<double> expanded)
    {
        for (int i = 0; i < _dates.Length; i++)
            _dates[i].Write(expanded[PartsOf(i) - 1], expanded.Slice(PartsOf(i), PartCount(_dates[i])));
        for (int i = 0; i < _links.Length; i++)
            expanded[_linkPlaces[i]] = _links[i].FromDays(Moment(expanded, _links[i].Second) - Moment(expanded, _links[i].First));
    }

    /// <summary>One computed cell.</summary>
    /// <param name="rows">The rows of the table.</param>
    /// <param name="row">The row.</param>
    /// <param name="column">A computed one of the expanded columns.</param>
    public double Compute(ITableRows rows, int row, int column)
    {
        int date = _dateOf[column];
        if (date >= 0)
        {
            Span<double> parts = stackalloc double[PartCount(_dates[date])];
            _dates[date].Write(rows[row, _dates[date].Source], parts);
            return parts[column - PartsOf(date)];
        }
        CalendarLink link = _links[Array.IndexOf(_linkPlaces, column)];
        CalendarDate first = _dates[link.First], second = _dates[link.Second];
        return link.FromDays(second.ToDays(rows[row, second.Source]) - first.ToDays(rows[row, first.Source]));
    }

    /// <summary>The moment of a date of an expanded row, in days since 1970; NaN where it is missing.</summary>
    public double Moment(ReadOnlySpan<double> expanded, int date) => _dates[date].ToDays(expanded[PartsOf(date) - 1]);

    public void Save(BinaryWriter writer)
    {
        writer.Write(_dates.Length);
        foreach (CalendarDate date in _dates)
            date.Save(writer);
        writer.Write(_links.Length);
        foreach (CalendarLink link in _links)
            link.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="columns">The columns of the table.</param>
    public static CalendarPlan Load(BinaryReader reader, IReadOnlyList<TableColumn> columns)
    {
        CalendarDate[] dates = reader.ReadItems(
            2 * sizeof(double), "columns of dates", each => CalendarDate.Load(each, columns));
        CalendarLink[] links = reader.ReadItems(3 * sizeof(double), "differences of dates", each => CalendarLink.Load(each, dates));
        bool isSound = dates.Length is > 0 and <= MostDates && links.Length <= MostLinks
            && CheckedReading.Ascend([.. dates.Select(date => date.Source)])
            && CheckedReading.Ascend([.. links.Select(link => link.Second)]);
        CheckedReading.Require(isSound, "the dates and their differences are not in order");
        return new CalendarPlan(columns, dates, links);
    }

    /// <summary>Refuses a model of other columns than the expanded ones.</summary>
    public void RequireSame(IReadOnlyList<TableColumn> columns) => CheckedReading.Require(
        columns.Count == ExpandedColumns.Count && columns.Zip(ExpandedColumns).All(pair => pair.First.Kind == pair.Second.Kind
            && pair.First.Categories.Count == pair.Second.Categories.Count),
        "its columns are not those that its dates have");
}
