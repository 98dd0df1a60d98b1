namespace Microsoft.ML.Diffusion.Tests.Roles;

public class SummerTimeTests
{
    private static readonly TimeSpan s_winter = TimeSpan.FromHours(1), s_summer = TimeSpan.FromHours(2);
    private readonly MLContext _ml = new(seed: 3);

    [Fact]
    public void Made_moments_have_the_offset_of_their_season_after_saving_too()
    {
        DiffusionSynthesizeTransformer model = Train(Hours(2023).Append(new Visit(At(2023, 3, 26, 1), s_winter)).Reverse());
        foreach (IDataView made in (IDataView[])[model.Generate(300), Loaded(model).Generate(300)])
        {
            DateTimeOffset[] moments = ColumnValues.Of<DateTimeOffset>(made, nameof(Visit.Moment));
            Assert.All(moments, moment => Assert.Equal(OffsetAt(moment.DateTime), moment.Offset));
            Assert.Contains(moments, moment => moment.Offset == s_winter);
            Assert.Contains(moments, moment => moment.Offset == s_summer);
        }
    }

    [Fact]
    public void Of_a_day_without_observations_the_nearest_day_decides()
    {
        // January and December of one year alone.
        IEnumerable<Visit> rows = Enumerable.Range(0, 120).Select(i => i % 2 == 0
            ? new Visit(At(2023, 1, 1 + (i % 20), 9), s_winter) : new Visit(At(2023, 12, 1 + (i % 20), 9), s_summer));
        DateTime middle = new(2023, 6, 24);
        DateTimeOffset[] moments = ColumnValues.Of<DateTimeOffset>(Train(rows).Generate(300), nameof(Visit.Moment));

        // A month around the middle is left out: the ends of the two months decide where exactly it lies.
        Assert.All(moments.Where(moment => moment.DateTime < middle.AddDays(-15)), moment => Assert.Equal(s_winter, moment.Offset));
        Assert.All(moments.Where(moment => moment.DateTime > middle.AddDays(15)), moment => Assert.Equal(s_summer, moment.Offset));
    }

    private DiffusionSynthesizeTransformer Train(IEnumerable<Visit> rows) => _ml.Transforms
        .DiffusionSynthesize(options: new() { Method = Quick.Masked() }).Fit(_ml.Data.LoadFromEnumerable(rows));

    private DiffusionSynthesizeTransformer Loaded(DiffusionSynthesizeTransformer model)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(model, model.Schema, file);
        file.Position = 0;
        return (DiffusionSynthesizeTransformer)_ml.Model.Load(file, out _);
    }

    // Working hours of every day of a year, in Central European time.
    private static IEnumerable<Visit> Hours(int year) => Enumerable.Range(0, 365).Select(i =>
    {
        DateTime hour = At(year, 1, 1, 8 + (i * 5 % 11)).AddDays(i);
        return new Visit(hour, OffsetAt(hour));
    });

    // Clocks are changed in the nights of 26 March and 29 October 2023; the whole day counts for its later part.
    private static TimeSpan OffsetAt(DateTime hour) => hour >= At(2023, 3, 26, 0) && hour < At(2023, 10, 29, 0) ? s_summer : s_winter;

    private static DateTime At(int year, int month, int day, int hour) => new(year, month, day, hour, 0, 0, DateTimeKind.Unspecified);

    private sealed class Visit
    {
        public Visit(DateTime hour, TimeSpan offset) =>
            (Moment, Length) = (new DateTimeOffset(hour, offset), 1.5f + hour.Hour + (0.1f * hour.Month));

        public DateTimeOffset Moment { get; set; }

        public float Length { get; set; }
    }
}
