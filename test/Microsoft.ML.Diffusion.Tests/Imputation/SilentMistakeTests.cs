using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

/// <summary>Mistakes that ML.NET makes easy, and that no exception tells of.</summary>
public class SilentMistakeTests
{
    private readonly MLContext _ml = new(seed: 3);
    private readonly List<string> _warnings = [];

    public SilentMistakeTests() => _ml.Log += (_, message) =>
    {
        if (message.Kind == ChannelMessageKind.Warning)
            _warnings.Add(message.RawMessage);
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Empty_cells_that_the_loader_read_as_zeros_are_warned_of_with_the_remedy(bool asNaN)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(path, Enumerable.Range(0, 60).Select(i => $"{(i % 5 == 0 ? "" : 20 + i)},{(i % 7 == 0 ? "" : 3 * i + 1)}").Prepend("Age,Fare"));
            IDataView view = _ml.Data.LoadFromTextFile<Passenger>(
                path, new TextLoader.Options { Separators = [','], HasHeader = true, MissingRealsAsNaNs = asNaN });
            _ml.Transforms.DiffusionImpute(Quick.Pairs("Age", "Fare"), Quick.Options()).Fit(view);
        }
        finally
        {
            File.Delete(path);
        }

        string[] ofZeros = [.. _warnings.Where(warning => warning.Contains("MissingRealsAsNaNs", StringComparison.Ordinal))];
        if (asNaN)
            Assert.Empty(ofZeros);
        else
            Assert.Contains("'Age' (12), 'Fare' (9)", Assert.Single(ofZeros), StringComparison.Ordinal);
    }

    [Fact]
    public void Zeros_of_a_column_are_no_mistake_where_another_column_has_missing_numbers()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Passenger { Age = i % 5 == 0 ? float.NaN : i, Fare = i % 3 }));
        _ml.Transforms.DiffusionImpute(Quick.Pairs("Age", "Fare"), Quick.Options()).Fit(view);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Whole_numbers_truth_values_dates_and_times_predict_what_is_missing()
    {
        var first = new DateTime(2024, 1, 1);
        IDataView view = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 400).Select(i => new Visit
        {
            Value = i % 4 == 0 ? float.NaN : 10 * (i % 3) + (i % 40),
            Class = i % 3,
            IsEven = i % 2 == 0,
            Day = first.AddDays(i % 40),
            Moment = new DateTimeOffset(first, TimeSpan.FromHours(2)).AddHours(i),
            Length = TimeSpan.FromMinutes(i),
            Far = ulong.MaxValue,
        }));
        DiffusionImputeEstimator.Options options = Quick.Options(method => method.Epochs = 60);
        options.FindRelations = true;
        options.PredictorColumns = ["Class", "IsEven", "Day", "Moment", "Length", "Far"];
        DiffusionImputeEstimator estimator = _ml.Transforms.DiffusionImpute(Quick.Pairs("Value"), options);
        Assert.Contains(estimator.GetOutputSchema(Shape.Of(view)), column => column.Name == "Day" && column.ItemType is DateTimeDataViewType);
        ITransformer transformer = estimator.Fit(view);
        float[] filled = ColumnValues.Of<float>(transformer.Transform(view), "Value");

        double squares = 0, ofMean = 0;
        for (int i = 0; i < filled.Length; i += 4)
        {
            double truth = 10 * (i % 3) + (i % 40);
            squares += Math.Pow(filled[i] - truth, 2);
            ofMean += Math.Pow(29.5 - truth, 2);
        }
        Assert.True(squares < 0.5 * ofMean, $"{squares} is not half of {ofMean}");

        using var file = new MemoryStream();
        _ml.Model.Save(transformer, view.Schema, file);
        file.Position = 0;
        Assert.Equal(filled, ColumnValues.Of<float>(_ml.Model.Load(file, out _).Transform(view), "Value"));
    }

    [Fact]
    public void Types_that_cannot_be_filled_in_are_refused_with_what_to_do()
    {
        IDataView view = _ml.Data.LoadFromEnumerable([new Visit()]);
        string message = Assert.Throws<ArgumentException>(() => _ml.Transforms.DiffusionImpute(Quick.Pairs("Class"), Quick.Options()).Fit(view)).Message;
        Assert.Contains("Conversion.ConvertType", message, StringComparison.Ordinal);
        Assert.Contains("PredictorColumns", message, StringComparison.Ordinal);
    }

    private sealed class Passenger
    {
        [LoadColumn(0)]
        public float Age { get; set; }

        [LoadColumn(1)]
        public float Fare { get; set; }
    }

    private sealed class Visit
    {
        public float Value { get; set; }

        public int Class { get; set; }

        public bool IsEven { get; set; }

        public DateTime Day { get; set; }

        public DateTimeOffset Moment { get; set; }

        public TimeSpan Length { get; set; }

        public ulong Far { get; set; }
    }
}
