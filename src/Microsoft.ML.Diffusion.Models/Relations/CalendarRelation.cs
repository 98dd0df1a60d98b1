using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>The month and the day, with or without the year, in columns of their own are a date that there is: no 30 February.</summary>
internal sealed class CalendarRelation : Relation
{
    public const byte Tag = 5;

    /// <summary>Stands for the column of the year where there is none: 29 February is a day, or it is not.</summary>
    public const int AnyYear = -1, NoLeapYear = -2;

    private readonly int _year, _month, _day;

    // The month of each category, where months are names; null where they are numbers.
    private readonly int[]? _months;

    private CalendarRelation(string text, int[] places, int[]? months, int year, int month, int day, int support)
        : base(RelationKind.Calendar, text, places, support) => (_months, _year, _month, _day) = (months, year, month, day);

    /// <param name="columns">The table's columns.</param>
    /// <param name="year">The column of the year, <see cref="AnyYear"/> or <see cref="NoLeapYear"/>.</param>
    /// <param name="month">The column of the month: 1 to 12, or names.</param>
    /// <param name="day">The column of the day, 1 to 31.</param>
    /// <param name="support">In how many rows.</param>
    public static CalendarRelation Create(IReadOnlyList<TableColumn> columns, int year, int month, int day, int support)
    {
        int[] places = year < 0 ? [month, day] : [year, month, day];
        string text = string.Join(", ", places.Select(place => RelationText.Name(columns[place].Name))) + " are a date";
        return new CalendarRelation(text, places, MonthNames.Of(columns[month]), year, month, day, support);
    }

    /// <inheritdoc/>
    public override bool Holds(ReadOnlySpan<double> row) => !IsSeen(row) || IsDate(Year(row), Month(row[_month]), row[_day]);

    /// <inheritdoc/>
    internal override void Suggest(RepairContext context, ReadOnlySpan<double> row, ReadOnlySpan<bool> isFixed)
    {
        if (!isFixed[_day])
            Suggest(context, row, _day, Math.Max(1, Math.Min(Math.Round(row[_day]), Days(Year(row), Month(row[_month])))));
        (int first, int last) = _months is null ? (1, 12) : (0, _months.Length - 1);
        for (int month = first; month <= last && !isFixed[_month]; month++)
            Suggest(context, row, _month, month);
        // A 29 February needs the nearest year that has one.
        for (int far = 1; far <= 8 && _year >= 0 && !isFixed[_year]; far++)
        {
            Suggest(context, row, _year, Math.Round(row[_year]) - far);
            Suggest(context, row, _year, Math.Round(row[_year]) + far);
        }
    }

    /// <inheritdoc/>
    internal override void Save(BinaryWriter writer)
    {
        writer.Write(Tag);
        writer.Write(Support);
        writer.Write(_year);
        writer.Write(_month);
        writer.Write(_day);
    }

    internal static CalendarRelation Load(BinaryReader reader, IReadOnlyList<TableColumn> columns, int support)
    {
        int year = reader.ReadInt32(), month = reader.ReadInt32(), day = reader.ReadInt32();
        bool isSound = year >= NoLeapYear && year < columns.Count && (uint)month < (uint)columns.Count && (uint)day < (uint)columns.Count
            && year != month && month != day && day != year
            && (columns[month].Kind == ColumnKind.Numeric || MonthNames.Of(columns[month]) is not null);
        return isSound ? Create(columns, year, month, day, support) : throw new InvalidDataException(
            "The saved relations are damaged: they name a column that is not there.");
    }

    /// <summary>The year that stands for <see cref="AnyYear"/> or <see cref="NoLeapYear"/>.</summary>
    internal static int YearOf(int place) => place == AnyYear ? 2000 : 2001;

    /// <summary>Whether there is such a day. The columns hold whole numbers, and a number that is filled in is written as the nearest one.
    /// </summary>
    internal static bool IsDate(double year, double month, double day) =>
        Math.Round(day) >= 1 && Math.Round(day) <= Days(year, month);

    private void Suggest(RepairContext context, ReadOnlySpan<double> row, int column, double value)
    {
        double year = column == _year ? value : Year(row), month = column == _month ? value : row[_month];
        if (IsDate(year, Month(month), column == _day ? value : row[_day]))
            context.Changes.Add(new Change(column, value, context.Distance(column, row[column], value)));
    }

    private double Year(ReadOnlySpan<double> row) => _year < 0 ? YearOf(_year) : row[_year];

    // NaN where it is missing.
    private double Month(double cell) => _months is null || double.IsNaN(cell) ? cell : _months[(int)cell];

    private static int Days(double year, double month)
    {
        (year, month) = (Math.Round(year), Math.Round(month));
        return month is >= 1 and <= 12 && year is >= 1 and <= 9999 ? DateTime.DaysInMonth((int)year, (int)month) : 0;
    }
}
