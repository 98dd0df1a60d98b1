using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion.Tests.Generation;

public class PrivateTextTests
{
    private readonly MLContext _ml = new(seed: 3);
    private readonly List<string> _warnings = [];

    public PrivateTextTests() => _ml.Log += (_, message) =>
    {
        if (message.Kind == ChannelMessageKind.Warning)
            _warnings.Add(message.RawMessage);
    };

    [Fact]
    public void No_made_row_has_the_key_of_a_real_one_and_a_warning_says_why()
    {
        IDataView made = _ml.Data.DiffusionSynthesize(Rows(), 100, "IsDead", options: new() { Method = Quick.Masked() });
        string[] real = ColumnValues.Texts(Rows(), "Id"), fresh = ColumnValues.Texts(made, "Id");
        Assert.Empty(fresh.Intersect(real, StringComparer.Ordinal));
        Assert.Equal(100, fresh.Distinct(StringComparer.Ordinal).Count());
        Assert.All(fresh, text => Assert.Matches("^P-[0-9]{4}$", text));
        Assert.All(ColumnValues.Texts(made, "City"), text => Assert.Contains(text, s_cities));
        string warning = Assert.Single(_warnings);
        Assert.StartsWith("Column 'Id' is not learnt", warning, StringComparison.Ordinal);
        Assert.Contains("IgnoredColumns", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_asked_for_is_learnt()
    {
        DiffusionSynthesizeEstimator.Options options = new() { Method = Quick.Masked(), Columns = ["Id", "City", "IsDead"] };
        IDataView made = _ml.Data.DiffusionSynthesize(Rows(), 20, "IsDead", options: options);
        Assert.Contains(ColumnValues.Texts(made, "Id"), text => text.StartsWith("P-", StringComparison.Ordinal));
    }

    [Fact]
    public void Made_dates_have_the_units_and_the_range_of_the_real_ones()
    {
        IDataView view = Rows();
        ITransformer model = _ml.Transforms.DiffusionSynthesize("IsDead", new() { Method = Quick.Masked() }).Fit(view);
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var loaded = (DiffusionSynthesizeTransformer)_ml.Model.Load(file, out _);
        foreach (IDataView made in (IDataView[])[((DiffusionSynthesizeTransformer)model).Generate(200), loaded.Generate(200)])
        {
            Assert.All(ColumnValues.Of<DateTime>(made, "Day"), day =>
            {
                Assert.InRange(day, new DateTime(2023, 1, 1), new DateTime(2024, 2, 4));
                Assert.Equal(TimeSpan.Zero, day.TimeOfDay);
            });
            Assert.All(ColumnValues.Of<DateTimeOffset>(made, "Moment"), moment => Assert.Equal(TimeSpan.FromHours(-5), moment.Offset));
            Assert.All(ColumnValues.Of<TimeSpan>(made, "Length"), length =>
            {
                Assert.InRange(length, TimeSpan.Zero, TimeSpan.FromMinutes(399));
                Assert.Equal(0, length.Ticks % TimeSpan.TicksPerMinute);
            });
        }
    }

    private static readonly string[] s_cities = ["Oslo", "Rome", "Bonn"];

    private IDataView Rows() => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 400).Select(i => new Stay
    {
        Id = $"P-{1000 + i * 7 % 400}",
        City = s_cities[i % 3],
        Day = new DateTime(2023, 1, 1).AddDays(i),
        Moment = new DateTimeOffset(2023, 1, 1, 8, 0, 0, TimeSpan.FromHours(-5)).AddHours(i),
        Length = TimeSpan.FromMinutes(i),
        IsDead = i % 5 == 0,
    }));

    private sealed class Stay
    {
        public string Id { get; set; } = "";

        public string City { get; set; } = "";

        public DateTime Day { get; set; }

        public DateTimeOffset Moment { get; set; }

        public TimeSpan Length { get; set; }

        public bool IsDead { get; set; }
    }
}
