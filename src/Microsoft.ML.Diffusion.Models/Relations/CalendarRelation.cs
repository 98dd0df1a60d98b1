using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>The month and the day, with or without the year, in columns of their own are a date that there is: no 30 February.</summary>
internal sealed class CalendarRelation : Relation
{
    public const byte Tag = 5;

    /// <summary>The year where none is known: 29 February exists.</summary>
    public const int LeapYear = 2000;

    private readonly int _year, _month, _day;

    private CalendarRelation(string text, int[] places, int year, int month, int day, int support)
        : base(RelationKind.Calendar, text, places, support) => (_year, _month, _day) = (year, month, day);

    /// <param name="columns">The table's columns.</param>
    /// <param name="year">The column of the year; -1 where there is none.</param>
    /// <param name="month">The column of the month, 1 to 12.</param>
    /// <param name="day">The column of the day, 1 to 31.</param>
    /// <param name="support">In how many rows.</param>
    public static CalendarRelation Create(IReadOnlyList<TableColumn> columns, int year, int month, int day, int support)
    {
        int[] places = year < 0 ? [month, day] : [year, month, day];
        string text = string.Join(", ", places.Select(place => RelationText.Name(columns[place].Name))) + " are a date";
        return new CalendarRelation(text, places, year, month, day, support);
    }

    /// <inheritdoc/>
    public override bool Holds(ReadOnlySpan<double> row) => !IsSeen(row) || IsDate(Year(row), row[_month], row[_day]);

    /// <inheritdoc/>
    internal override void Suggest(RepairContext context, ReadOnlySpan<double> row, ReadOnlySpan<bool> isFixed)
    {
        if (!isFixed[_day])
            Suggest(context, row, _day, Math.Max(1, Math.Min(Math.Round(row[_day]), Days(Year(row), row[_month]))));
        for (int month = 1; month <= 12 && !isFixed[_month]; month++)
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
        bool isSound = year >= -1 && year < columns.Count && (uint)month < (uint)columns.Count && (uint)day < (uint)columns.Count
            && year != month && month != day && day != year;
        return isSound ? Create(columns, year, month, day, support) : throw new InvalidDataException(
            "The saved relations are damaged: they name a column that is not there.");
    }

    /// <summary>Whether there is such a day. The columns hold whole numbers, and a number that is filled in is written as the nearest one.
    /// </summary>
    internal static bool IsDate(double year, double month, double day) =>
        Math.Round(day) >= 1 && Math.Round(day) <= Days(year, month);

    private void Suggest(RepairContext context, ReadOnlySpan<double> row, int column, double value)
    {
        double year = column == _year ? value : Year(row), month = column == _month ? value : row[_month];
        if (IsDate(year, month, column == _day ? value : row[_day]))
            context.Changes.Add(new Change(column, value, context.Distance(column, row[column], value)));
    }

    private double Year(ReadOnlySpan<double> row) => _year < 0 ? LeapYear : row[_year];

    private static int Days(double year, double month)
    {
        (year, month) = (Math.Round(year), Math.Round(month));
        return month is >= 1 and <= 12 && year is >= 1 and <= 9999 ? DateTime.DaysInMonth((int)year, (int)month) : 0;
    }
}
