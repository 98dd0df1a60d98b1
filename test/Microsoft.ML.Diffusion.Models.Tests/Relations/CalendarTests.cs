using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests.Relations;

public class CalendarTests
{
    private const string Rule = "year, month, day are a date";

    [Fact]
    public void The_parts_of_a_date_are_found_in_days_that_follow_each_other() => Assert.Contains(Rule, Found(Days(2000, isShuffled: false)));

    [Fact]
    public void The_parts_of_a_date_are_found_in_the_hours_of_a_few_months()
    {
        int hour = 0;
        Table table = RelationTables.Make(RelationTables.Numbers("month", "day", "hour"), 3200, _ =>
        {
            DateTime now = new DateTime(2010, 1, 1).AddHours(hour++);
            return [now.Month, now.Day, now.Hour];
        });
        Assert.Contains("month, day are a date", Found(table));
    }

    [Fact]
    public void The_parts_of_a_date_are_found_in_days_in_any_order() => Assert.Contains(Rule, Found(Days(2000, isShuffled: true)));

    [Fact]
    public void Month_and_day_without_a_year_are_found()
    {
        Table days = Days(3000, isShuffled: true);
        Table table = RelationTables.Make(RelationTables.Numbers("day", "month"), days.RowCount, _ => [0, 0]);
        for (int row = 0; row < table.RowCount; row++)
            (table[row, 0], table[row, 1]) = (days[row, 3], days[row, 2]);
        Assert.Contains("month, day are a date", Found(table));
    }

    [Fact]
    public void Whole_numbers_from_1_to_31_beside_others_from_1_to_12_are_no_date()
    {
        Table table = RelationTables.Make(RelationTables.Numbers("pieces", "size"), 3000, random => [1 + random.Below(0, 31), 1 + random.Below(64, 12)]);
        Assert.DoesNotContain(Found(table), text => text.EndsWith("are a date", StringComparison.Ordinal));
    }

    [Fact]
    public void Made_rows_are_mended_to_days_that_there_are()
    {
        Table table = Days(2000, isShuffled: true);
        RelationSet relations = Saved(RelationSet.Find(table), table);
        Table made = RelationTables.Shuffled(table, 5);
        Assert.Contains(Enumerable.Range(0, made.RowCount), row => !IsDate(made.Row(row)));
        for (int row = 0; row < made.RowCount; row++)
        {
            Assert.True(relations.Repair(made.Row(row), new bool[4], 1, row));
            Assert.True(IsDate(made.Row(row)), string.Join('-', made.Row(row).ToArray()));
        }
    }

    [Fact]
    public void In_the_rows_of_one_year_there_is_a_29_February_only_if_it_was_seen()
    {
        foreach (int year in (int[])[2010, 2012])
        {
            Table table = RelationTables.Make(RelationTables.Numbers("year", "month", "day"), 3000, random =>
            {
                DateTime day = new DateTime(year, 1, 1).AddDays(random.Below(64, DateTime.IsLeapYear(year) ? 366 : 365));
                return [year, day.Month, day.Day];
            });
            RelationSet relations = Saved(RelationSet.Find(table), table);
            double[] row = [year, 2, 29];
            Assert.True(relations.Repair(row, [true, false, false], 1, 0));
            Assert.Equal(DateTime.IsLeapYear(year), row is [_, 2, 29]);
            Assert.True(DateTime.DaysInMonth(year, (int)row[1]) >= row[2]);
        }
    }

    [Theory]
    [InlineData("Jan,Feb,Mar,Apr,May,June,Jul,Aug,Sept,Oct,Nov,Dec", true)]
    [InlineData("Jan.,Feb.,Mar.,Apr.,May,Jun.,Jul.,Aug.,Sep.,Oct.,Nov.,Dec.", true)]
    [InlineData("januar,februar,märz,april,mai,juni,juli,august,september,oktober,november,dezember", true)]
    [InlineData("a,b,c,d,e,f,g,h,i,j,k,l", false)]
    public void Months_may_be_words(string names, bool areMonths)
    {
        string[] months = names.Split(',');
        var column = TableColumn.Categorical("month", months.Order(StringComparer.Ordinal));
        Table table = RelationTables.Make([column, TableColumn.Numeric("day")], 3000, random =>
        {
            DateTime day = new DateTime(2011, 1, 1).AddDays(random.Below(64, 365));
            return [column.Categories.ToList().IndexOf(months[day.Month - 1]), day.Day];
        });
        Assert.Equal(areMonths, Found(table).Contains("month, day are a date"));
        if (!areMonths)
            return;
        RelationSet relations = Saved(RelationSet.Find(table), table);
        Table made = RelationTables.Shuffled(table, 5);
        for (int row = 0; row < made.RowCount; row++)
        {
            Assert.True(relations.Repair(made.Row(row), new bool[2], 1, row));
            int month = Array.IndexOf(months, column.Categories[(int)made[row, 0]]) + 1;
            Assert.InRange(made[row, 1], 1, DateTime.DaysInMonth(2011, month));
        }
    }

    [Theory]
    [InlineData(2011.4, 1.6, 30.2)]
    [InlineData(2011.4, 14.1, 31.4)]
    [InlineData(2011, 0.2, -3)]
    public void Numbers_that_are_no_whole_ones_yet_are_mended_to_what_is_written_as_a_date(double year, double month, double day)
    {
        RelationSet relations = RelationSet.Find(Days(2000, isShuffled: true));
        double[] row = [0.5, year, month, day];
        Assert.True(relations.Repair(row, new bool[4], 1, 0));
        Assert.True(IsDate([0.5, Math.Round(row[1]), Math.Round(row[2]), Math.Round(row[3])]), string.Join('-', row));
    }

    [Theory]
    [InlineData(2011, 2, 30, 0)]
    [InlineData(2011, 2, 29, 2)]
    [InlineData(2011, 6, 31, 1)]
    public void Only_free_cells_are_changed(int year, int month, int day, int free)
    {
        RelationSet relations = RelationSet.Find(Days(2000, isShuffled: true));
        double[] row = [0.5, year, month, day], before = [.. row];
        bool[] isFixed = [true, free != 0, free != 1, free != 2];
        bool isMended = relations.Repair(row, isFixed, 1, 0);
        // No year has a 30 February.
        Assert.Equal(free != 0, isMended);
        Assert.Equal(isMended, IsDate(row));
        for (int column = 0; column < row.Length; column++)
            Assert.True(!isFixed[column] || row[column] == before[column]);
    }

    private static bool IsDate(ReadOnlySpan<double> row) => DateTime.TryParseExact(
        FormattableString.Invariant($"{row[1]:0000}-{row[2]:00}-{row[3]:00}"), "yyyy-MM-dd", null, System.Globalization.DateTimeStyles.None, out _);

    private static string[] Found(Table table) => [.. RelationSet.Find(table).Relations.Select(relation => relation.Text)];

    private static RelationSet Saved(RelationSet relations, Table table)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        relations.Save(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        return RelationSet.Load(reader, table.Columns);
    }

    // A measurement, and the parts of its day.
    private static Table Days(int rows, bool isShuffled)
    {
        int next = 0;
        return RelationTables.Make(RelationTables.Numbers("x", "year", "month", "day"), rows, random =>
        {
            DateTime day = new DateTime(2010, 1, 1).AddDays(isShuffled ? random.Below(64, rows) : next++);
            return [random.Uniform(0), day.Year, day.Month, day.Day];
        });
    }

    [Fact]
    public void A_saved_relation_that_names_no_column_is_refused()
    {
        Table table = Days(2000, isShuffled: true);
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        RelationSet.Find(table).Save(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        Assert.Throws<InvalidDataException>(() => RelationSet.Load(reader, table.Columns.Take(2).ToArray()));
    }
}
