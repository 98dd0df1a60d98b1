using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tests.Conformance;
using Microsoft.ML.Runtime;
using static Microsoft.ML.Diffusion.DiffusionEstimators;

namespace Microsoft.ML.Diffusion.Tests.Augmentation;

public class TrainingRowsTests
{
    private const int RowCount = 60;
    private readonly MLContext _ml = new(seed: 5);
    private readonly IDataView _rows;

    public TrainingRowsTests() => _rows = _ml.Data.LoadFromEnumerable(SampleRow.Make(RowCount));

    [Fact]
    public void The_rest_of_the_chain_is_trained_on_the_real_rows_and_then_the_synthetic_ones()
    {
        IDataView seen = TrainingSpy.Behind(_ml, Augment(40), _rows);

        List<string> cells = Cells.Of(seen);
        Assert.Equal(RowCount + 40, seen.GetRowCount() ?? RowCount + 40);
        Assert.Equal(Cells.Of(_rows), cells.Take(RowCount));
        Assert.Equal(RowCount + 40, cells.Count);
        Assert.Equal(cells, Cells.Of(seen));
        Assert.All(ColumnValues.Of<float>(seen, nameof(SampleRow.Age)).Skip(RowCount).Where(age => !float.IsNaN(age)),
            age => Assert.InRange(age, 20, 84));
        Assert.All(
            ColumnValues.Texts(seen, nameof(SampleRow.City)).Skip(RowCount), city => Assert.Contains(city, (string[])["Oulu", "Turku", ""], StringComparer.Ordinal));
        Assert.All(ColumnValues.Of<uint>(seen, nameof(SampleRow.Ward)).Skip(RowCount), ward => Assert.InRange(ward, 0u, 4u));
        Assert.Equal(2, ColumnValues.Of<bool>(seen, nameof(SampleRow.Label)).Skip(RowCount).Distinct().Count());
    }

    [Fact]
    public void A_model_of_a_chain_scores_the_real_rows_alone()
    {
        ITransformer model = Augment(40).Append(new TrainingSpy(_ml)).Fit(_rows);

        Assert.Equal(Cells.Of(_rows), Cells.Of(model.Transform(_rows), [.. _rows.Schema.Select(column => column.Name)]));
        IDataView unlabelled = _ml.Transforms.DropColumns(nameof(SampleRow.City)).Fit(_rows).Transform(_rows);
        Assert.Equal(RowCount, Cells.Of(model.Transform(unlabelled)).Count);
    }

    [Fact]
    public void Synthetic_rows_alone_can_take_the_place_of_the_real_ones()
    {
        IDataView seen = TrainingSpy.Behind(_ml, Augment(25, options => options.SyntheticOnly = true), _rows);

        Assert.Equal(25, seen.GetRowCount());
        Assert.Equal(25, Cells.Of(seen).Count);
        Assert.Empty(TrainingSpy.Ids(seen).Intersect(TrainingSpy.Ids(_rows)));
    }

    [Fact]
    public void No_two_rows_of_a_chain_have_the_same_id_however_often_rows_are_added()
    {
        var spy = new TrainingSpy(_ml);
        Augment(20, options => options.SyntheticOnly = true).Append(Augment(20)).Append(Augment(30)).Append(spy).Fit(_rows);
        DataViewRowId[] ids = TrainingSpy.Ids(spy.Seen.Single());

        Assert.Equal(70, ids.Length);
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Empty(ids.Intersect(TrainingSpy.Ids(_rows)));
    }

    [Fact]
    public void Rows_without_a_number_are_as_many_as_there_are() =>
        Assert.Equal(2 * RowCount, Cells.Of(TrainingSpy.Behind(_ml, Augment(null), _rows)).Count);

    [Fact]
    public void No_rows_at_all_are_no_training()
    {
        var options = Quick.Endless<DiffusionAugmentEstimator.Options>(CancellationToken.None);
        IDataView seen = TrainingSpy.Behind(_ml, _ml.Transforms.DiffusionAugment(0, nameof(SampleRow.Label), options), _rows);

        Assert.Equal(Cells.Of(_rows), Cells.Of(seen));
    }

    [Fact]
    public void A_number_of_rows_that_no_memory_holds_is_made_as_it_is_read()
    {
        IDataView seen = TrainingSpy.Behind(_ml, Augment(1_000_000_000_000), _rows);
        using DataViewRowCursor cursor = seen.GetRowCursor([seen.Schema[nameof(SampleRow.Age)]]);
        ValueGetter<float> get = cursor.GetGetter<float>(seen.Schema[nameof(SampleRow.Age)]);
        float age = 0;
        for (int row = 0; row < 1000; row++)
        {
            Assert.True(cursor.MoveNext());
            get(ref age);
        }

        Assert.True(float.IsNaN(age) || age is >= 20 and <= 84);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Weights_are_those_of_the_view_or_one_and_the_one_asked_for(bool hasWeights)
    {
        IDataView rows = hasWeights ? _ml.Transforms.CopyColumns("Weight", nameof(SampleRow.Number)).Fit(_rows).Transform(_rows) : _rows;
        IDataView seen = TrainingSpy.Behind(_ml, Augment(10, options => (options.WeightColumnName, options.SyntheticWeight) = ("Weight", 0.25f)), rows);

        float[] real = hasWeights ? ColumnValues.Of<float>(_rows, nameof(SampleRow.Number)) : [.. Enumerable.Repeat(1f, RowCount)];
        Assert.Equal([.. real, .. Enumerable.Repeat(0.25f, 10)], ColumnValues.Of<float>(seen, "Weight"));
    }

    [Fact]
    public void Columns_that_are_ignored_are_missing_in_synthetic_rows()
    {
        IDataView seen = TrainingSpy.Behind(_ml, Augment(10, options => options.IgnoredColumns = [nameof(SampleRow.Number), nameof(SampleRow.Ward), nameof(SampleRow.City), nameof(SampleRow.Signals)]), _rows);

        Assert.All(ColumnValues.Of<float>(seen, nameof(SampleRow.Number)).Skip(RowCount), number => Assert.True(float.IsNaN(number)));
        Assert.All(ColumnValues.Of<uint>(seen, nameof(SampleRow.Ward)).Skip(RowCount), ward => Assert.Equal(0u, ward));
        Assert.All(
            ColumnValues.Texts(seen, nameof(SampleRow.City)).Skip(RowCount), city => Assert.Equal("", city));
        Assert.All(ColumnValues.Of<VBuffer<float>>(seen, nameof(SampleRow.Signals)).Skip(RowCount), signals => Assert.Equal(3, signals.Length));
    }

    [Fact]
    public void A_prediction_engine_works_on_a_chain_that_was_saved_with_an_augmentation_in_it()
    {
        var options = Quick.Generation<DiffusionAugmentEstimator.Options>();
        options.WeightColumnName = "Weight";
        ITransformer model = _ml.Transforms.DiffusionImpute(Quick.Pairs(nameof(SampleRow.Age)), Quick.Options())
            .Append(_ml.Transforms.DiffusionAugment(40, nameof(SampleRow.Label), options))
            .Append(_ml.Transforms.Concatenate("Features", nameof(SampleRow.Age)))
            .Append(_ml.BinaryClassification.Trainers.LbfgsLogisticRegression(exampleWeightColumnName: "Weight"))
            .Fit(_rows);
        using var file = new MemoryStream();
        _ml.Model.Save(model, _rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        using PredictionEngine<SampleRow, Scored> engine = _ml.Model.CreatePredictionEngine<SampleRow, Scored>(loaded);

        float[] expected = ColumnValues.Of<float>(model.Transform(_rows), nameof(Scored.Probability));
        Assert.Equal(RowCount, expected.Length);
        Assert.Equal(expected, SampleRow.Make(RowCount).Select(row => engine.Predict(row).Probability));
    }

    [Fact]
    public void A_saved_model_holds_nothing_of_the_rows()
    {
        ITransformer model = Augment(40).Fit(_rows);
        using var file = new MemoryStream();
        _ml.Model.Save(model, null, file);
        file.Position = 0;
        var loaded = (DiffusionAugmentTransformer)Single(new MLContext().Model.Load(file, out _));

        Assert.InRange(file.Length, 1, 4000);
        Assert.Null(loaded.Model);
        Assert.Null(loaded.AddedRows);
    }

    [Fact]
    public void It_stands_in_a_pipeline_through_using_static_and_gives_the_same_rows_each_time()
    {
        var pipeline = _ml.Transforms.CopyColumns("Copy1", nameof(SampleRow.Age));
        List<string>[] runs = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            var spy = new TrainingSpy(_ml);
            pipeline.Append(DiffusionAugment(20, options: Quick.Generation<DiffusionAugmentEstimator.Options>())).Append(spy).Fit(_rows);
            return Cells.Of(spy.Seen.Single());
        })];

        Assert.Equal(RowCount + 20, runs[0].Count);
        Assert.Equal(runs[0], runs[1]);
        Assert.NotNull(pipeline.Append(DiffusionAugment(2000)));
    }

    [Fact]
    public void It_warns_where_no_estimator_reads_the_rows()
    {
        List<string> warnings = [];
        _ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                warnings.Add(message.RawMessage);
        };
        Augment(20).Append(_ml.Transforms.NormalizeMinMax(nameof(SampleRow.Age))).Fit(_rows).Transform(_rows);
        Assert.Empty(warnings);

        IEstimator<ITransformer> inner = _ml.Transforms.CopyColumns("Age2", nameof(SampleRow.Age)).Append(Augment(20));
        Assert.Equal(RowCount, Cells.Of(TrainingSpy.Behind(_ml, inner, _rows)).Count);
        Assert.Contains("adds nothing", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Making_rows_for_a_trainer_stops_within_a_second()
    {
        Interruption.AssertStopsWithinASecond(cancel =>
        {
            IDataView seen = TrainingSpy.Behind(_ml, Augment(3_000_000, options => options.CancellationToken = cancel), _rows);
            Cells.Of(seen);
        });
    }

    private static ITransformer Single(ITransformer loaded) => loaded is IEnumerable<ITransformer> chain ? chain.Single() : loaded;

    private DiffusionAugmentEstimator Augment(long? rowCount, Action<DiffusionAugmentEstimator.Options>? change = null)
    {
        DiffusionAugmentEstimator.Options options = Quick.Generation<DiffusionAugmentEstimator.Options>();
        change?.Invoke(options);
        return _ml.Transforms.DiffusionAugment(rowCount, nameof(SampleRow.Label), options);
    }

    private sealed class Scored
    {
        public float Probability { get; set; }
    }
}
