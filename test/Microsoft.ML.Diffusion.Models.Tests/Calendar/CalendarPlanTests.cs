using Microsoft.ML.Diffusion.Models.Calendar;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Which columns are computed from the dates of a table.</summary>
public class CalendarPlanTests
{
    private const double First = 18_000, SecondsOfDay = 86_400;

    [Fact]
    public void Dates_of_years_have_a_month_and_a_weekday_and_a_difference_to_the_date_beside()
    {
        CalendarPlan plan = CalendarPlan.Fit(CalendarTables.Visits(300))!;
        Assert.Equal(
            ["admitted", "admitted (month)", "admitted (weekday)", "discharged", "discharged (month)", "discharged (weekday)",
                "discharged - admitted", "season", "cost"],
            plan.ExpandedColumns.Select(column => column.Name));
        Table expanded = plan.Expand(CalendarTables.Visits(300), 0, 300);
        DateTime admitted = DateTime.UnixEpoch.AddDays(expanded[7, 0]);
        Assert.Equal(admitted.Month - 1, expanded[7, 1]);
        Assert.Equal(admitted.DayOfWeek.ToString(), plan.ExpandedColumns[2].Categories[(int)expanded[7, 2]]);
        Assert.Equal(expanded[7, 3] - expanded[7, 0], expanded[7, 6]);
    }

    [Fact]
    public void Rows_are_expanded_alike_one_by_one_and_as_a_table_and_missing_dates_have_missing_parts()
    {
        Table holes = CalendarTables.WithHoles(CalendarTables.Visits(100), (CalendarTables.Admitted, 3, 0));
        CalendarPlan plan = CalendarPlan.Fit(holes)!;
        Table expanded = plan.Expand(holes, 0, 100);
        var view = new CalendarRows(plan, holes);
        double[] cells = new double[view.Columns.Count];
        for (int row = 0; row < 100; row++)
        {
            view.Read(row, cells);
            Assert.Equal(expanded.Row(row).ToArray(), cells);
            Assert.All([1, 2, 6], column => Assert.Equal(row % 3 == 0, double.IsNaN(cells[column])));
        }
    }

    [Fact]
    public void A_table_without_dates_has_no_plan()
    {
        Table dates = CalendarTables.Visits(100), numbers = new([.. dates.Columns.Select(column => column.Kind == ColumnKind.Numeric
            ? TableColumn.Numeric(column.Name) : column)], 100);
        for (int row = 0; row < 100; row++)
            dates.Row(row).CopyTo(numbers.Row(row));
        Assert.Null(CalendarPlan.Fit(numbers));
        Assert.NotNull(CalendarPlan.Fit(dates));
    }

    [Theory]
    [InlineData(7, "")] // within a week the day itself says all
    [InlineData(200, "weekday")]
    [InlineData(700, "month weekday")]
    public void A_part_is_learnt_where_it_comes_more_than_once(int days, string expected)
    {
        Table table = OneDate(TableColumn.Date("day"), 200, i => First + i * (days - 1.0) / 199);
        Assert.Equal(expected, Parts(table));
    }

    [Fact]
    public void First_days_of_months_have_a_month_and_no_weekday() => Assert.Equal("month", Parts(OneDate(
        TableColumn.Date("day"), 60, i => CalendarTables.DayOf(new DateTime(2015 + i / 12, 1 + i % 12, 1, 0, 0, 0, DateTimeKind.Utc)))));

    [Theory]
    [InlineData(24, "weekday")] // midnights
    [InlineData(7, "weekday hour")]
    public void Timestamps_have_a_time_of_day_unless_it_is_always_the_same(int hours, string expected) => Assert.Equal(expected, Parts(
        OneDate(TableColumn.Timestamp("moment"), 200, i => First * SecondsOfDay + i * hours * 3600.0)));

    [Theory]
    [InlineData(9, 20, "")] // a number like any other
    [InlineData(20, 28, "hour, sine hour, cosine")]
    public void Times_of_day_are_on_a_circle_where_they_cross_midnight(int first, int last, string expected)
    {
        Table table = OneDate(TableColumn.TimeOfDay("time"), 200, i => (first + ((last - first) * i / 200.0)) % 24 * 3600);
        Assert.Equal(expected, Parts(table));
    }

    [Fact]
    public void Dates_that_are_far_from_each_other_have_no_difference()
    {
        Table table = new([TableColumn.Date("born"), TableColumn.Date("seen")], 200);
        for (int row = 0; row < 200; row++)
            (table[row, 0], table[row, 1]) = (row * 7919 % 20_000, 15_000 + row * 4801 % 900);
        Assert.Empty(CalendarPlan.Fit(table)!.Links);
    }

    [Fact]
    public void No_more_than_four_dates_and_three_differences_are_learnt()
    {
        Table table = new([.. Enumerable.Range(0, 7).Select(i => TableColumn.Date($"day {i}"))], 100);
        for (int row = 0; row < 100; row++)
        {
            for (int i = 0; i < 7; i++)
                table[row, i] = First + 20 * row + i;
        }
        CalendarPlan plan = CalendarPlan.Fit(table)!;
        Assert.Equal((4, 3), (plan.Dates.Count, plan.Links.Count));
        Assert.Equal(7 + (4 * 2) + 3, plan.ExpandedColumns.Count);
    }

    [Fact]
    public void A_column_keeps_what_its_numbers_count_in_a_file_and_old_kinds_are_read()
    {
        using var stream = new MemoryStream();
        var writer = new BinaryWriter(stream);
        TableColumn[] columns =
        [
            TableColumn.Numeric("a"), TableColumn.Categorical("b", "x"), TableColumn.Date("c"), TableColumn.Timestamp("d", 3600),
            TableColumn.TimeOfDay("e"),
        ];
        foreach (TableColumn column in columns)
            column.Save(writer);
        // Numbers and categories begin with the false and true of older files.
        byte[] bytes = stream.ToArray();
        Assert.Equal(((byte)0, (byte)1), (bytes[2], bytes[5]));
        stream.Position = 0;
        var reader = new BinaryReader(stream);
        Assert.All(columns, column => Assert.Equal((column.Name, column.Kind, column.Moment), Loaded(reader)));
        bytes[2] = 9;
        Assert.Throws<InvalidDataException>(() => TableColumn.Load(new BinaryReader(new MemoryStream(bytes))));
    }

    private static (string Name, ColumnKind Kind, MomentKind Moment) Loaded(BinaryReader reader)
    {
        var column = TableColumn.Load(reader);
        return (column.Name, column.Kind, column.Moment);
    }

    private static Table OneDate(TableColumn column, int rows, Func<int, double> value)
    {
        Table table = new([column], rows);
        for (int row = 0; row < rows; row++)
            table[row, 0] = column.Moment == MomentKind.Date ? Math.Floor(value(row)) : value(row);
        return table;
    }

    private static string Parts(Table table) => string.Join(' ', (CalendarPlan.Fit(table)?.ExpandedColumns.Skip(1) ?? [])
        .Select(column => column.Name.Split('(')[1].TrimEnd(')')));
}
