using System.Globalization;

namespace Microsoft.ML.Diffusion.Tests.Generation;

public class AskedValuesTests
{
    private const int Count = 40;

    // Days since 1970: a Friday, and the weekend behind it.
    private const double Friday = 18635, Saturday = 18636, Sunday = 18637;

    private static readonly MLContext s_ml = new(seed: 5);
    private static readonly IDataView s_rows = s_ml.Data.LoadFromEnumerable(Asked.Make(200));
    private static readonly Lazy<DiffusionSynthesizeTransformer> s_model = new(() =>
        s_ml.Transforms.DiffusionSynthesize(null, Quick.Generation<DiffusionSynthesizeEstimator.Options>()).Fit(s_rows));

    [Theory]
    [InlineData("Small", 300, "'Small' cannot hold 300; give a whole number from 0 to 255.")]
    [InlineData("Small", -1, "'Small' cannot hold -1; give a whole number from 0 to 255.")]
    [InlineData("Whole", 3.5, "'Whole' cannot hold 3.5; give a whole number from -2147483648 to 2147483647.")]
    [InlineData("Whole", 1e20, "'Whole' cannot hold 1E+20; give a whole number")]
    [InlineData("Steps", 9223372036854775808.0, "'Steps' cannot hold 9.223372036854776E+18; give a number that a column of Int64")]
    [InlineData("Steps", 7.5, "'Steps' cannot hold 7.5; give a number that a column of Int64 can write as 0.")]
    [InlineData("Real", 1e39, "'Real' cannot hold 1E+39; give a finite number of at most 3.4028235E+38 in size.")]
    [InlineData("Signals.1", -1e39, "'Signals.1' cannot hold -1E+39; give a finite number of at most 3.4028235E+38 in size.")]
    [InlineData("Day", 1e20, "'Day' cannot hold 1E+20; give a moment of the years 1 to 9999, in days since 1970-01-01.")]
    [InlineData("Day", double.NaN, "'Day' cannot hold NaN; give a moment")]
    [InlineData("Length", 1e18, "'Length' cannot hold 1E+18; give a length of time in seconds that TimeSpan can hold.")]
    [InlineData("Visit", Friday + 0.5, "'Visit' cannot hold 18635.5; give a date that a column of String can write as dd.MM.yyyy.")]
    [InlineData("Price", 2000.125, "'Price' cannot hold 2000.125; give an amount that a column of String can write as")]
    public void A_value_that_the_type_of_its_column_cannot_hold_is_refused(string column, double value, string sentence) =>
        Refused(sentence, new RowConditions().Where(column, value));

    [Theory]
    [InlineData("Small", 3.2, 3.8, "'Small' lies between 3.2 and 3.8; give a range that has a whole number from 0 to 255 in it.")]
    [InlineData("Small", 256, 300, "'Small' lies between 256 and 300; give a range that has a whole number from 0 to 255 in it.")]
    [InlineData("Steps", 6, 9, "'Steps' lies between 6 and 9; give a range that has a number that a column of Int64 can write as 0, from")]
    [InlineData("Real", 1e39, 2e39, "'Real' lies between 1E+39 and 2E+39; give a range that has a finite number of at most")]
    [InlineData("Day", Saturday, Sunday, "'Day' lies between 18636 and 18637; give a range that has a date from 2021-01-")]
    [InlineData("Visit", Saturday, Sunday, "'Visit' lies between 18636 and 18637; give a range that has a date that a column of String")]
    [InlineData("Day", 22280, 22300, "weekdays in it.")]
    [InlineData("Length", 8001, 9000, "'Length' lies between 8001 and 9000; give a range that has a time from 00:00:")]
    [InlineData("Price", 2000.6, 2001.4, "'Price' lies between 2000.6 and 2001.4; give a range that has an amount")]
    [InlineData("Real", double.PositiveInfinity, double.PositiveInfinity, "'Real' lies between Infinity and Infinity")]
    public void A_range_without_a_value_that_the_column_can_have_is_refused(
        string column, double minimum, double maximum, string sentence) =>
        Refused(sentence, new RowConditions().Where(column, minimum, maximum));

    [Fact]
    public void A_value_that_the_type_of_its_column_holds_is_kept_exactly_though_it_was_never_seen()
    {
        IDataView made = s_model.Value.Generate(Count, new RowConditions()
            .Where("Small", 255).Where("Whole", -7).Where("Steps", 7).Where("Real", 0.1).Where("Day", Saturday).Where("Length", 1e6)
            .Where("Visit", "06.01.2031").Where("Price", "$2,000.75").Where("Signals.1", -3.25));
        Assert.All(ColumnValues.Of<byte>(made, "Small"), value => Assert.Equal(255, value));
        Assert.All(ColumnValues.Of<int>(made, "Whole"), value => Assert.Equal(-7, value));
        Assert.All(ColumnValues.Of<long>(made, "Steps"), value => Assert.Equal(7, value));
        Assert.All(ColumnValues.Of<float>(made, "Real"), value => Assert.Equal(0.1f, value));
        Assert.All(ColumnValues.Of<DateTime>(made, "Day"), value => Assert.Equal(new DateTime(2021, 1, 9), value));
        Assert.All(ColumnValues.Of<TimeSpan>(made, "Length"), value => Assert.Equal(TimeSpan.FromSeconds(1e6), value));
        Assert.All(ColumnValues.Texts(made, "Visit"), text => Assert.Equal("06.01.2031", text));
        Assert.All(ColumnValues.Texts(made, "Price"), text => Assert.Equal("$2,000.75", text));
        Assert.All(
            ColumnValues.Of<Data.VBuffer<float>>(made, "Signals"), signals => Assert.Equal(-3.25f, signals.GetItemOrDefault(1)));

        made = s_model.Value.Generate(Count, new RowConditions().Where("Day", 22280).Where("Moment", 22280.0 * 86400 + 0.123));
        Assert.All(ColumnValues.Of<DateTime>(made, "Day"), value => Assert.Equal(new DateTime(2031, 1, 1), value));
        Assert.All(ColumnValues.Of<DateTimeOffset>(made, "Moment"), value =>
            Assert.Equal(new DateTime(2031, 1, 1).AddMilliseconds(123), value.DateTime));
    }

    [Fact]
    public void Every_row_has_a_value_within_the_range_that_is_on_the_grid_of_its_column()
    {
        IDataView made = s_model.Value.Generate(Count, new RowConditions()
            .Where("Small", 3.5, 4.5).Where("Steps", 6, 17).Where("Real", 3.1, 3.2).Where("Day", Friday + 0.5, Sunday + 1)
            .Where("Moment", Friday * 86400 + 64800.5, (Sunday + 1) * 86400 + 3600).Where("Length", 100.5, 101.5)
            .Where("Visit", Saturday, Sunday + 2).Where("Price", 2000.6, 3000.4).Where("Signals.1", 0.3, 0.31));
        Assert.All(ColumnValues.Of<byte>(made, "Small"), value => Assert.Equal(4, value));
        Assert.All(ColumnValues.Of<long>(made, "Steps"), value => Assert.Equal(15, value));
        Assert.All(ColumnValues.Of<float>(made, "Real"), value => Assert.InRange((double)value, 3.1, 3.2));
        Assert.All(ColumnValues.Of<DateTime>(made, "Day"), value => Assert.Equal(new DateTime(2021, 1, 11), value));
        Assert.All(ColumnValues.Of<DateTimeOffset>(made, "Moment"), value =>
        {
            Assert.InRange(value.DateTime, new DateTime(2021, 1, 8, 18, 0, 1), new DateTime(2021, 1, 11, 1, 0, 0));
            Assert.DoesNotContain(value.DayOfWeek, new[] { DayOfWeek.Saturday, DayOfWeek.Sunday });
        });
        Assert.All(ColumnValues.Of<TimeSpan>(made, "Length"), value => Assert.Equal(TimeSpan.FromSeconds(101), value));
        Assert.All(ColumnValues.Texts(made, "Visit"), text => Assert.Contains(text, new[] { "11.01.2021", "12.01.2021" }));
        Assert.All(ColumnValues.Texts(made, "Price"), text => Assert.Matches(@"^\$2,[0-9]{3}\.50$", text));
        Assert.All(ColumnValues.Of<Data.VBuffer<float>>(made, "Signals"), signals =>
            Assert.InRange((double)signals.GetItemOrDefault(1), 0.3, 0.31));
    }

    [Fact]
    public void A_loaded_model_keeps_and_refuses_the_same_values()
    {
        using var file = new MemoryStream();
        s_ml.Model.Save(s_model.Value, s_rows.Schema, file);
        file.Position = 0;
        var loaded = (DiffusionSynthesizeTransformer)s_ml.Model.Load(file, out _);
        IDataView made = loaded.Generate(3, new RowConditions().Where("Steps", 7));
        Assert.Equal([7, 7, 7], ColumnValues.Of<long>(made, "Steps"));
        Assert.Throws<ArgumentException>(() => loaded.Generate(3, new RowConditions().Where("Day", Saturday, Sunday)));
    }

    [Fact]
    public void A_moment_is_a_condition_in_the_international_spelling_whatever_the_culture()
    {
        CultureInfo culture = CultureInfo.CurrentCulture, other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (other.DateTimeFormat.DateSeparator, other.DateTimeFormat.TimeSeparator) = (".", ".");
        other.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = other;
            IDataView made = Made(new RowConditions().Where("Day", "2021-01-06").Where("Length", "01:00:00").Where("Visit", "2021-01-07"));
            Assert.All(ColumnValues.Of<DateTime>(made, "Day"), value => Assert.Equal(new DateTime(2021, 1, 6), value));
            Assert.All(ColumnValues.Of<TimeSpan>(made, "Length"), value => Assert.Equal(TimeSpan.FromHours(1), value));
            Assert.All(ColumnValues.Texts(made, "Visit"), text => Assert.Equal("07.01.2021", text));

            made = Made(new RowConditions().Where("Day", "2021-01-06T12:30:00.25").Where("Length", "1.02:03:04.5"));
            Assert.All(ColumnValues.Of<DateTime>(made, "Day"), value => Assert.Equal(new DateTime(2021, 1, 6, 12, 30, 0, 250), value));
            Assert.All(ColumnValues.Of<TimeSpan>(made, "Length"), value => Assert.Equal(new TimeSpan(1, 2, 3, 4, 500), value));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    // The column is two hours ahead.
    [Theory]
    [InlineData("2021-01-06", 0)]
    [InlineData("2021-01-06 12:00", 12)]
    [InlineData("2021-01-06T12:00:00+02:00", 12)]
    [InlineData("2021-01-06T12:00:00.0000000+03:00", 11)]
    [InlineData("2021-01-06T12:00:00Z", 14)]
    public void A_moment_with_an_offset_is_the_same_moment_and_without_one_what_the_clock_shows(string text, int hour)
    {
        IDataView made = Made(new RowConditions().Where("Moment", text));
        var expected = new DateTimeOffset(2021, 1, 6, hour, 0, 0, TimeSpan.FromHours(2));
        Assert.All(ColumnValues.Of<DateTimeOffset>(made, "Moment"), value =>
            Assert.Equal((expected, expected.Offset), (value, value.Offset)));
    }

    [Fact]
    public void A_DateTime_is_a_condition_and_two_are_a_range()
    {
        DateTime first = new(2021, 3, 1), last = new(2021, 3, 31);
        IDataView made = Made(new RowConditions().Where("Day", first, last).Where("Visit", first, last).Where("Moment", first.AddHours(9)));
        Assert.All(ColumnValues.Of<DateTime>(made, "Day"), value => Assert.InRange(value, first, last));
        Assert.All(ColumnValues.Texts(made, "Visit"), text => Assert.EndsWith(".03.2021", text, StringComparison.Ordinal));
        Assert.All(ColumnValues.Of<DateTimeOffset>(made, "Moment"), value => Assert.Equal(first.AddHours(9), value.DateTime));

        DateTime saturday = new(2021, 1, 9), sunday = new(2021, 1, 10);
        Refused("'Day' lies between 2021-01-09 and 2021-01-10;", new RowConditions().Where("Day", saturday, sunday));
        Refused("Column 'Whole' is Int32 and holds no moments such as 2021-03-01;", new RowConditions().Where("Whole", first));
        Refused("Column 'Visit' cannot hold 2021-03-01T09:00:00;", new RowConditions().Where("Visit", first.AddHours(9)));
    }

    [Theory]
    [InlineData("Day", "06.01.2021", "'06.01.2021' is no DateTime of column 'Day'; write it as 2024-03-31 or 2024-03-31T14:30:00.")]
    [InlineData("Day", "2021-01-06T12:00:00+02:00", "is no DateTime of column 'Day'")]
    [InlineData("Moment", "noon", "'noon' is no DateTimeOffset of column 'Moment'")]
    [InlineData("Length", "5", "'5' is no TimeSpan of column 'Length'; write it as 14:30:00 or 1.14:30:00.")]
    public void A_text_that_is_no_moment_is_refused_with_the_spelling_that_is(string column, string text, string sentence) =>
        Refused(sentence, new RowConditions().Where(column, text));

    private static IDataView Made(RowConditions conditions) => s_model.Value.Generate(Count, conditions);

    private static void Refused(string sentence, RowConditions conditions)
    {
        string message = Assert.ThrowsAny<ArgumentException>(() => s_model.Value.Generate(3, conditions)).Message;
        Assert.Contains(sentence, message, StringComparison.Ordinal);
    }

    private sealed class Asked
    {
        public byte Small { get; set; }

        public int Whole { get; set; }

        public long Steps { get; set; }

        public float Real { get; set; }

        public DateTime Day { get; set; }

        public DateTimeOffset Moment { get; set; }

        public TimeSpan Length { get; set; }

        public string Visit { get; set; } = "";

        public string Price { get; set; } = "";

        [Data.VectorType(2)]
        public float[] Signals { get; set; } = [];

        /// <summary>Working days of 2021, numbers in steps of ten, amounts that end in half a dollar.</summary>
        public static List<Asked> Make(int count)
        {
            var random = new Random(7);
            List<Asked> rows = [];
            for (int i = 0; i < count; i++)
            {
                DateTime day = new DateTime(2021, 1, 4).AddDays((7 * random.Next(50)) + random.Next(5));
                rows.Add(new Asked
                {
                    Small = (byte)random.Next(200),
                    Whole = random.Next(1000),
                    Steps = 5 + (10 * random.Next(50)),
                    Real = random.Next(90),
                    Day = day,
                    Moment = new DateTimeOffset(day.AddSeconds(random.Next(86400)), TimeSpan.FromHours(2)),
                    Length = TimeSpan.FromSeconds(random.Next(8000)),
                    Visit = day.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture),
                    Price = string.Create(CultureInfo.InvariantCulture, $"${1000 + random.Next(9000):N0}.50"),
                    Signals = [random.Next(5), (float)random.NextDouble()],
                });
            }

            return rows;
        }
    }
}
