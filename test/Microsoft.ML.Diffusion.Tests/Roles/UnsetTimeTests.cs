using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Xunit.Abstractions;

namespace Microsoft.ML.Diffusion.Tests.Roles;

/// <summary>The ends of a type's range, which stand for "not set" among dates and times.</summary>
public class UnsetTimeTests(ITestOutputHelper output)
{
    private const int Rows = 200;
    private static readonly DateTime s_first = new(2022, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
    private readonly MLContext _ml = new(seed: 3);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Moments_with_an_offset_that_are_not_set_are_learnt_saved_and_made(bool isMost)
    {
        DateTimeOffset unset = isMost ? DateTimeOffset.MaxValue : default;
        AssertMade(i => i % 9 == 0 ? unset : new DateTimeOffset(s_first.AddHours(i), TimeSpan.FromHours(isMost ? -2 : 2)), unset,
            value => value.DateTime >= s_first && value.DateTime <= s_first.AddHours(Rows) && value.Ticks % TimeSpan.TicksPerHour == 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Days_that_are_not_set_are_learnt_saved_and_made(bool isMost)
    {
        DateTime unset = isMost ? DateTime.MaxValue : DateTime.MinValue;
        AssertMade(i => i % 9 == 0 ? unset : s_first.AddDays(i), unset,
            value => value >= s_first && value <= s_first.AddDays(Rows) && value.TimeOfDay == TimeSpan.Zero);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lengths_of_time_that_are_not_set_are_learnt_saved_and_made(bool isMost)
    {
        TimeSpan unset = isMost ? TimeSpan.MaxValue : TimeSpan.MinValue;
        AssertMade(i => i % 9 == 0 ? unset : TimeSpan.FromMinutes(i), unset,
            value => value >= TimeSpan.Zero && value <= TimeSpan.FromMinutes(Rows) && value.Ticks % TimeSpan.TicksPerMinute == 0);
    }

    [Fact]
    public void A_column_in_which_nothing_is_set_stays_so()
    {
        AssertMade(_ => TimeSpan.MaxValue, TimeSpan.MaxValue, _ => false);
        AssertMade(_ => default(DateTimeOffset), default, _ => false);
    }

    private void AssertMade<T>(Func<int, T> time, T unset, Func<T, bool> isSensible)
        where T : struct
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => new Row<T>
        {
            Time = time(i), Number = i % 5 == 0 ? float.NaN : i % 7,
        }).ToArray());
        DiffusionSynthesizeTransformer made = _ml.Transforms.DiffusionSynthesize(options: new() { Method = Quick.Masked() }).Fit(rows);
        foreach (ITransformer each in (ITransformer[])[made, Loaded(made, rows)])
        {
            var model = Assert.IsType<DiffusionSynthesizeTransformer>(each);
            T[] times = ColumnValues.Of<T>(model.Generate(300, seed: 1), "Time");
            T[] others = [.. times.Where(value => !value.Equals(unset))];
            output.WriteLine($"{times.Length - others.Length} not set; most often {others.GroupBy(value => value).Select(group =>
                group.Count()).DefaultIfEmpty().Max()} alike");
            // Of the last day of all there are no parts, so that a moment on it is made as one of the others.
            Assert.True(times.Contains(unset) || unset is DateTime { Year: 9999 } or DateTimeOffset { Year: 9999 });
            Assert.All(others, value => Assert.True(isSensible(value), $"{value}"));
        }

        DiffusionImputeTransformer filled = _ml.Transforms.DiffusionImpute(Quick.Pairs("Number"),
            new() { Method = new MeanModeOptions(), PredictorColumns = ["Time"] }).Fit(rows);
        IDataView view = Loaded(filled, rows).Transform(rows);
        Assert.Equal(ColumnValues.Of<T>(rows, "Time"), ColumnValues.Of<T>(view, "Time"));
        Assert.DoesNotContain(float.NaN, ColumnValues.Of<float>(view, "Number"));
    }

    private ITransformer Loaded(ITransformer model, IDataView rows)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(model, rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = _ml.Model.Load(file, out _);
        return (loaded as IEnumerable<ITransformer>)?.Single() ?? loaded;
    }

    private sealed class Row<T>
        where T : struct
    {
        public T Time { get; set; }

        public float Number { get; set; }
    }
}
