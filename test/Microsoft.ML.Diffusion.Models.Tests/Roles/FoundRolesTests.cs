using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Models.Tests.Roles;

/// <summary>Columns of the kinds that people have, beyond those of the handed cases.</summary>
public sealed class FoundRolesTests
{
    private static readonly DateTime s_start = new(2021, 1, 4, 0, 0, 0, DateTimeKind.Unspecified);

    [Theory]
    [InlineData("dd/MM/yyyy")]
    [InlineData("MM/dd/yyyy")]
    [InlineData("d.M.yyyy")]
    [InlineData("dd.MM.yy")]
    [InlineData("M/d/yy")]
    [InlineData("yyyy/MM/dd")]
    [InlineData("dd-MMM-yyyy")]
    [InlineData("MMM d, yyyy")]
    [InlineData("d MMMM yyyy")]
    [InlineData("yyyyMMdd")]
    [InlineData("ddd, dd MMM yyyy")]
    [InlineData("yyyy-MM-ddTHH:mm:ssZ")]
    [InlineData("yyyy-MM-dd HH:mm:ss.fff")]
    [InlineData("MM/dd/yyyy h:mm tt")]
    [InlineData("yyyyMMddTHHmmss")]
    [InlineData("yyyyMMddHHmmss")]
    [InlineData("dd.MM.yyyy HH:mm")]
    [InlineData("HH:mm:ss")]
    [InlineData("h:mm tt")]
    public void A_format_of_dates_is_found_and_every_cell_comes_back(string format)
    {
        string net = format.Replace("T", "'T'", StringComparison.Ordinal).Replace("Z", "'Z'", StringComparison.Ordinal);
        string[] cells = ColumnsOf.Made(400, i =>
            ColumnsOf.Text(s_start.AddDays(ColumnsOf.Hash(i, 1500)).AddMilliseconds(ColumnsOf.Hash(i + 7, 86_400_000)), net));
        ColumnProfile profile = ColumnProfiler.Profile("c", cells);

        Assert.Equal(format, profile.Entry.Format);
        Assert.Equal(format.Contains('y') ? format.Contains('m') ? ColumnRole.Timestamp : ColumnRole.Date : ColumnRole.Time, profile.Role);
        RoleCodec codec = profile.CreateCodec();
        Assert.All(cells, cell => Assert.True(codec.TryParse(cell, out double value) && codec.Format(value) == cell));
    }

    [Fact]
    public void One_day_above_twelve_decides_that_the_day_comes_first()
    {
        string[] undecided = ["01/02/2023", "03/04/2023", "12/11/2023", "05/06/2022"];

        Assert.Equal("dd/MM/yyyy", ColumnProfiler.Profile("c", [.. undecided, "13/01/2023"]).Entry.Format);
        Assert.Equal("MM/dd/yyyy", ColumnProfiler.Profile("c", [.. undecided, "01/13/2023"]).Entry.Format);
        ColumnProfile doubtful = ColumnProfiler.Profile("c", undecided);
        Assert.Equal("MM/dd/yyyy", doubtful.Entry.Format);
        Assert.Contains(doubtful.Notes, note => note.Contains("day-month-year instead of month-day-year", StringComparison.Ordinal));
        Assert.Equal("dd.MM.yyyy", ColumnProfiler.Profile("c", undecided.Select(cell => cell.Replace('/', '.'))).Entry.Format);
    }

    [Fact]
    public void Names_of_months_keep_language_and_letters()
    {
        Assert.Equal("[de]d. MMMM yyyy", ColumnProfiler.Profile("c", ["3. März 2021", "14. Juni 2020", "1. Dezember 2022"]).Entry.Format);
        Assert.Equal("dd-MMM^-yy", ColumnProfiler.Profile("c", ["03-JAN-21", "14-JUN-20", "01-DEC-22"]).Entry.Format);
    }

    [Fact]
    public void Offsets_of_summer_time_come_back()
    {
        string[] cells = ColumnsOf.Made(300, i =>
        {
            DateTime time = s_start.AddHours(i * 29);
            return ColumnsOf.Text(time, "yyyy-MM-ddTHH:mm:ss") + (time.Month is > 3 and < 11 ? "+02:00" : "+01:00");
        });
        ColumnProfile profile = ColumnProfiler.Profile("c", cells);
        RoleCodec codec = profile.CreateCodec();

        Assert.Equal(ColumnRole.Timestamp, profile.Role);
        Assert.All(cells, cell => Assert.True(codec.TryParse(cell, out double value) && codec.Format(value) == cell, cell));
    }

    [Fact]
    public void Whole_numbers_that_are_dates_need_their_range_or_a_name()
    {
        Assert.Equal("yyyy", ColumnProfiler.Profile("Year", ColumnsOf.Made(60, i => ColumnsOf.Text(1995 + (i % 16)))).Entry.Format);
        Assert.Equal("yyyyMM",
            ColumnProfiler.Profile("c", ColumnsOf.Made(60, i => ColumnsOf.Text(s_start.AddMonths(i), "yyyyMM"))).Entry.Format);
        Assert.Equal("yyyyMMdd", ColumnProfiler.Profile("c", ColumnsOf.Made(60, i => ColumnsOf.Text(s_start.AddDays(i * 7), "yyyyMMdd")
            + ".0")).Entry.Format?[..8]);
        Assert.Equal("epoch s", ColumnProfiler.Profile("created_at",
            ColumnsOf.Made(60, i => ColumnsOf.Text(1_600_000_000 + ColumnsOf.Hash(i, 10_000_000)))).Entry.Format);
        Assert.Equal("epoch ms",
            ColumnProfiler.Profile("c",
                ColumnsOf.Made(60, i => ColumnsOf.Text(1_600_000_000_000L + (ColumnsOf.Hash(i, 1_000_000) * 1000L)))).Entry.Format);
        Assert.Equal(ColumnRole.Number, ColumnProfiler.Profile("calories",
            ColumnsOf.Made(60, i => ColumnsOf.Text(1800 + ColumnsOf.Hash(i, 900)))).Role);
    }

    [Fact]
    public void A_year_beside_a_month_is_a_part_of_a_date()
    {
        var profiler = new TableProfiler(["year", "month", "built"]);
        for (int i = 0; i < 60; i++)
            for (int j = 0; j < 3; j++)
                profiler.Add(j, ColumnsOf.Text(j == 1 ? 1 + (i % 12) : 1990 + (i / 12)));

        Assert.Equal(ColumnRole.Number, profiler.ToProfiles()[0].Role);
        Assert.Equal(ColumnRole.Number, profiler.ToProfiles()[1].Role);
    }

    [Theory]
    [InlineData("€ 1.234,50", "€ 987,00", "€ 12.345,99", "€ #.##0,00")]
    [InlineData("1.234,50 €", "987,00 €", "-12.345,99 €", "#.##0,00 €")]
    [InlineData("($1,234.50)", "$987.00", "$12,345.99", "$#,##0.00;($#,##0.00)")]
    [InlineData("USD 1,234", "USD 987", "USD 12,345", "USD #,##0")]
    [InlineData("1 234,5", "987,0", "12 345,9", "# ##0,0")]
    [InlineData("1'234.50", "987.00", "12'345.99", "#'##0.00")]
    [InlineData("₹1,23,456.50", "₹987.00", "₹12,34,56,789.99", "₹#,##,##0.00")]
    [InlineData("1,23,456", "12,345", "98,76,54,321", "#,##,##0")]
    [InlineData("12 kg", "7 kg", "180 kg", "0 kg")]
    [InlineData("-12.5%", "7.0%", "18.5%", "0.0%")]
    [InlineData("$-12.50", "$7.00", "$18.50", "$0.00;$-0.00")]
    [InlineData("12.5-", "7.0", "18.5", "0.0;0.0-")]
    [InlineData("1\u202F234", "987", "12\u202F345", "#\u202F##0")]
    [InlineData(".5", "-.25", ".125", null)]
    public void An_amount_keeps_its_spelling(string first, string second, string third, string? format)
    {
        string[] cells = [first, second, third, first, second];
        ColumnProfile profile = ColumnProfiler.Profile("c", cells);

        if (format != null)
            Assert.Equal((ColumnRole.Amount, format), (profile.Role, profile.Entry.Format));
        RoleCodec codec = profile.CreateCodec();
        Assert.All(cells, cell => Assert.True(codec.TryParse(cell, out double value) && codec.Format(value) == cell, cell));
    }

    [Theory]
    [InlineData("36:15:00", "00:20:30", "h", "hh:mm:ss")]
    [InlineData("1.02:03:04", "0.00:30:00", "c", "d.hh:mm:ss")]
    [InlineData("PT1H", "PT2H30M", "c", "PTnHnM")]
    [InlineData("90 min", "15 min", "c", "0 min")]
    [InlineData("01:23:45", "00:20:30", "duration", "hh:mm:ss")]
    [InlineData("1h 5m", "0h 45m", "c", "0h 0m")]
    [InlineData("1h 05m", "12h 45m", "c", "0h 00m")]
    [InlineData("45m", "1h 30m", "c", "[0h ]0m")]
    [InlineData("2h", "1h 30m", "c", "0h [0m]")]
    [InlineData("2 days 4 hours", "0 days 12 hours", "c", "0 days 0 hours")]
    [InlineData("3 min 20 s", "12 min 5 s", "c", "0 min 0 s")]
    [InlineData("1 days 02:03:04", "0 days 00:30:00", "c", "d days hh:mm:ss")]
    public void A_length_of_time_is_a_duration(string first, string second, string name, string format)
    {
        ColumnProfile profile = ColumnProfiler.Profile(name, [first, second, first]);
        RoleCodec codec = profile.CreateCodec();

        Assert.Equal((ColumnRole.Duration, format), (profile.Role, profile.Entry.Format));
        Assert.True(codec.TryParse(first, out double value));
        Assert.Equal(first, codec.Format(value));
    }

    [Fact]
    public void A_point_before_an_exponent_is_a_decimal_sign()
    {
        ColumnProfile profile = ColumnProfiler.Profile("c", ["9.122E-07", "1.798E-07", "2.500E-06", "1.040E-05"]);
        Assert.Equal((ColumnRole.Number, "0.000E-00"), (profile.Role, profile.Entry.Format));
        RoleCodec codec = profile.CreateCodec();
        Assert.True(codec.TryParse("9.122E-07", out double value));
        Assert.Equal(9.122e-7, value);
        Assert.Equal("2.500E-06", codec.Format(2.5e-6));
    }

    [Theory]
    [InlineData("1,23,456", "123,456")]
    [InlineData("1,23,45", "12,34,567")]
    public void Groups_of_different_sizes_are_no_numbers(string first, string second) =>
        Assert.NotEqual(ColumnRole.Amount, ColumnProfiler.Profile("c", [first, second, first, second]).Role);

    [Theory]
    [InlineData("Yes", "No")]
    [InlineData("y", "n")]
    [InlineData("TRUE", "FALSE")]
    [InlineData("ja", "nein")]
    [InlineData("oui", "non")]
    public void Two_words_for_yes_and_no_are_yes_and_no(string yes, string no)
    {
        ColumnProfile profile = ColumnProfiler.Profile("c", [yes, no, yes, yes]);

        Assert.Equal(ColumnRole.YesNo, profile.Role);
        Assert.Equal([no, yes], profile.Entry.Values!);
        Assert.Equal(yes, profile.CreateCodec().Format(1));
    }

    [Fact]
    public void Zeros_and_ones_stay_numbers()
    {
        Assert.Equal(ColumnRole.Number, ColumnProfiler.Profile("sex", ColumnsOf.Made(50, i => ColumnsOf.Text(i % 2))).Role);
    }

    [Fact]
    public void Ages_that_are_all_different_are_no_key()
    {
        Assert.Equal(ColumnRole.Number, ColumnProfiler.Profile("Age", ColumnsOf.Made(60, i => ColumnsOf.Text(18 + (i * 7 % 61)))).Role);
        Assert.Equal(ColumnRole.Number, ColumnProfiler.Profile("Age", ColumnsOf.Made(60, i => ColumnsOf.Text(18 + i))).Role);
        Assert.Equal(ColumnRole.Number,
            ColumnProfiler.Profile("x", ColumnsOf.Made(500, i => ColumnsOf.Text(ColumnsOf.Hash(i, 1 << 30) / 7.0))).Role);
    }

    [Fact]
    public void Salaries_of_five_digits_are_no_postal_codes()
    {
        Assert.Equal(ColumnRole.Number,
            ColumnProfiler.Profile("c", ColumnsOf.Made(300, i => ColumnsOf.Text(30_000 + ColumnsOf.Hash(i, 60_000)))).Role);
        Assert.Equal(ColumnRole.Number,
            ColumnProfiler.Profile("c", ColumnsOf.Made(300, i => ColumnsOf.Text(30_000 + (500 * ColumnsOf.Hash(i, 25))))).Role);
    }

    [Fact]
    public void Digits_that_name_things_are_codes()
    {
        Assert.Equal(ColumnRole.Code,
            ColumnProfiler.Profile("c", ColumnsOf.Made(200, i => ColumnsOf.Text(ColumnsOf.Hash(i, 40) * 211, "00000"))).Role);
        Assert.Equal(ColumnRole.Code,
            ColumnProfiler.Profile("zip", ColumnsOf.Made(300, i => ColumnsOf.Text(10_000 + ColumnsOf.Hash(i, 60_000)))).Role);
        Assert.Equal(ColumnRole.Code,
            ColumnProfiler.Profile("c", ColumnsOf.Made(200, i => $"{(char)('A' + (i % 9))}{(i % 45) + 10}.{i % 3}")).Role);
        Assert.Equal(ColumnRole.Code, ColumnProfiler.Profile("c", ColumnsOf.Made(90, i => i % 3 == 0 ? "105"
            : $"{i % 9 + 1}E{i % 5}")).Role);
        Assert.Equal(ColumnRole.Code, ColumnProfiler.Profile("account",
            ColumnsOf.Made(90, i => ColumnsOf.Text(9_007_199_254_740_993 + (i % 9)))).Role);
        Assert.Equal(ColumnRole.Code, ColumnProfiler.Profile("customer_id",
            ColumnsOf.Made(400, i => ColumnsOf.Text(1000 + (i % 40)))).Role);
    }

    [Fact]
    public void Values_that_name_rows_are_keys()
    {
        Assert.Equal(KeyKind.Uuid, Key("c", ColumnsOf.Made(40, i => new Guid(i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).ToString())));
        Assert.Equal(KeyKind.Sequence, Key("c", ColumnsOf.Made(60, i => $"C-{ColumnsOf.Text(i + 120, "00000")}")));
        Assert.Equal(KeyKind.Sequence, Key("c", ColumnsOf.Made(60, i => ColumnsOf.Text(i + 1))));
        Assert.Equal(KeyKind.Pattern,
            Key("c", ColumnsOf.Made(200, i => ColumnsOf.Text(10_000_000 + (ColumnsOf.Hash(i, 80_000) * 1000L) + i))));
        Assert.Equal(KeyKind.Sequence, Key("patientId", ColumnsOf.Made(60, i => ColumnsOf.Text(100 + (i * 37 % 61)))));

        static KeyKind? Key(string name, string[] cells)
        {
            ColumnProfile profile = ColumnProfiler.Profile(name, cells);
            Assert.Equal(ColumnRole.Key, profile.Role);
            return profile.Key?.Kind;
        }
    }

    [Fact]
    public void People_are_found_by_addresses_numbers_and_names()
    {
        Assert.Equal(ColumnRole.Email, ColumnProfiler.Profile("c", ColumnsOf.Made(30, i => $"first.last{i}@mail.org")).Role);
        Assert.Equal(ColumnRole.Phone,
            ColumnProfiler.Profile("c",
                ColumnsOf.Made(30, i => $"(030) {ColumnsOf.Hash(i, 900) + 100}-{ColumnsOf.Hash(i + 1, 9000) + 1000}")).Role);
        Assert.Equal(ColumnRole.Phone,
            ColumnProfiler.Profile("phone", ColumnsOf.Made(30, i => $"+49{ColumnsOf.Hash(i, 900_000_000) + 100_000_000}")).Role);
        Assert.Equal(ColumnRole.Name, ColumnProfiler.Profile("full_name",
            ColumnsOf.Made(30, i => $"Anna{(char)('a' + (i % 26))} Berg")).Role);
        Assert.Equal(ColumnRole.Text,
            ColumnProfiler.Profile("c", ColumnsOf.Made(30, i => $"the patient came back {i} days later with a cough")).Role);
        Assert.Equal(ColumnRole.Category, ColumnProfiler.Profile("country_name", ColumnsOf.Made(30, i => i % 3 == 0 ? "New Zealand"
            : "Chad")).Role);
    }

    [Fact]
    public void Texts_that_resemble_dates_and_keys_are_neither()
    {
        Assert.Equal(ColumnRole.Category, ColumnProfiler.Profile("c", ColumnsOf.Made(60, i => $"Q{(i % 4) + 1} 202{i % 3}")).Role);
        Assert.Equal(ColumnRole.Category, ColumnProfiler.Profile("c", ColumnsOf.Made(60, i => $"{i + 100}/{i + 60}")).Role);
        Assert.Equal(ColumnRole.Category, ColumnProfiler.Profile("c", ColumnsOf.Made(60, i => $"{i % 9 * 5}-{(i % 9 * 5) + 4}")).Role);
        Assert.NotEqual(ColumnRole.Date, ColumnProfiler.Profile("c", ColumnsOf.Made(60, i => $"{i % 4}.{i % 20}.{i % 30}")).Role);
    }

    [Fact]
    public void Dates_of_two_spellings_are_no_key_and_the_cell_that_differs_is_named()
    {
        ColumnProfile profile = ColumnProfiler.Profile("c",
            ColumnsOf.Made(60, i => ColumnsOf.Text(s_start.AddDays(i), i == 40 ? "dd/MM/yyyy" : "yyyy-MM-dd")));

        Assert.Equal(ColumnRole.Category, profile.Role);
        Assert.Contains(profile.Notes, note => note.Contains("until the cell '13/02/2021'", StringComparison.Ordinal));
    }

    [Fact]
    public void Words_among_which_some_begin_with_a_digit_are_no_spoilt_numbers()
    {
        string[] grades = ["9th", "10th", "11th", "Bachelors", "Masters", "Doctorate", "Some-college"];
        Assert.Empty(ColumnProfiler.Profile("education", ColumnsOf.Made(200, i => grades[i % grades.Length])).Notes);
        // One wrong cell among numbers is told.
        Assert.Contains(ColumnProfiler.Profile("size", ColumnsOf.Made(200, i => i == 150 ? "1.5 or 2" : ColumnsOf.Text(i * 0.5))).Notes,
            note => note.Contains("until the cell '1.5 or 2'", StringComparison.Ordinal));
    }

    [Fact]
    public void Spellings_of_one_category_are_reported()
    {
        ColumnProfile profile = ColumnProfiler.Profile("c", ["Male", "Male", "male ", "MALE", "Female", "Female"]);

        SpellingVariants variants = Assert.Single(profile.Statistics.Variants);
        Assert.Equal("Male", variants.Preferred.Value);
        Assert.Equal(["MALE", "male "], variants.Others.Select(value => value.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Words_among_numbers_and_numbers_far_from_all_others_are_marks()
    {
        ColumnProfile words = ColumnProfiler.Profile("c", ColumnsOf.Made(100, i => i % 10 == 0 ? "not measured" : ColumnsOf.Text(i * 0.5)));
        ColumnProfile sentinel = ColumnProfiler.Profile("age", ColumnsOf.Made(100, i => i % 10 == 0 ? "999"
            : ColumnsOf.Text(20 + (i % 50))));

        Assert.Equal((ColumnRole.Number, "not measured"), (words.Role, Assert.Single(words.Entry.MissingMarks)));
        MissingMark mark = Assert.Single(sentinel.Statistics.Marks);
        Assert.Equal(("999", 10, true), (mark.Text, mark.Count, mark.IsSuggestion));
    }

    [Fact]
    public void Habits_of_dates_are_found()
    {
        Assert.Equal(DateHabit.Weekdays, Habit(i => s_start.AddDays((i / 5 * 7) + (i % 5))));
        Assert.Equal(DateHabit.SameWeekday, Habit(i => s_start.AddDays(i * 7)));
        Assert.Equal(DateHabit.MonthStart, Habit(i => new DateTime(2010 + (i / 12), 1 + (i % 12), 1, 0, 0, 0, DateTimeKind.Unspecified)));
        Assert.Equal(DateHabit.MonthEnd, Habit(i => new DateTime(2010, 2, 1, 0, 0, 0, DateTimeKind.Unspecified).AddMonths(i).AddDays(-1)));
        Assert.Equal(DateHabit.None, Habit(i => s_start.AddDays(i)));

        static DateHabit Habit(Func<int, DateTime> date) =>
            ColumnProfiler.Profile("c", ColumnsOf.Made(60, i => ColumnsOf.Text(date(i), "yyyy-MM-dd"))).Entry.Habit;
    }

    [Fact]
    public void A_decimal_comma_elsewhere_decides_a_column_that_cannot_be_told()
    {
        var profiler = new TableProfiler(["sure", "open"]);
        foreach (string[] row in new string[][] { ["0,5", "1,234"], ["12,25", "2,345"], ["3,1", "9,876"] })
            for (int j = 0; j < 2; j++)
                profiler.Add(j, row[j]);

        Assert.Equal("0,000", profiler.ToProfiles()[1].Entry.Format);
        ColumnProfile alone = ColumnProfiler.Profile("open", ["1,234", "2,345", "9,876"]);
        Assert.Equal("#,##0", alone.Entry.Format);
        Assert.Contains(alone.Notes, note => note.Contains("groups of thousands", StringComparison.Ordinal));
    }

    [Fact]
    public void More_values_than_are_kept_are_estimated_within_some_percent()
    {
        var profiler = new ColumnProfiler("c", distinctLimit: 1024);
        for (int i = 0; i < 200_000; i++)
            profiler.Add($"item {ColumnsOf.Hash(i, 50_000)} of many in the shop");
        ColumnStatistics statistics = profiler.ToProfile().Statistics;

        Assert.True(statistics.IsDistinctEstimated);
        Assert.InRange(statistics.Distinct, 44_000, 55_000);
    }

    [Fact]
    public void A_role_that_a_person_gives_is_kept_or_refused_with_a_cell()
    {
        var profiler = new ColumnProfiler("c");
        foreach (string cell in new[] { "1", "2", "3", "2" })
            profiler.Add(cell);

        Assert.Equal(ColumnRole.Code, profiler.ToProfile(ColumnRole.Code).Role);
        Assert.Equal(ColumnRole.Key, profiler.ToProfile(ColumnRole.Key).Role);
        var error = Assert.Throws<InvalidOperationException>(() => profiler.ToProfile(ColumnRole.Date));
        Assert.Contains("'c' cannot be of the role date", error.Message, StringComparison.Ordinal);
    }
}
