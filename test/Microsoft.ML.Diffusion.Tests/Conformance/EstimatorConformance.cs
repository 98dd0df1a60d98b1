using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tests.Conformance;

/// <summary>What must hold of every estimator in this library. A derived class names the estimator; nothing else is needed.</summary>
public abstract class EstimatorConformance
{
    private const int RowCount = 120;

    /// <summary>The estimator, on the columns of <see cref="SampleRow"/>, trained in a moment.</summary>
    protected abstract IEstimator<ITransformer> Estimator(MLContext ml);

    /// <summary>The same, with a training that takes minutes unless it is cancelled.</summary>
    protected abstract IEstimator<ITransformer> Slow(MLContext ml, CancellationToken cancel);

    /// <summary>The estimator without what <see cref="Estimator"/> has before it, and rows for it: what is promised there is ML.NET's
    /// own.</summary>
    protected virtual (IEstimator<ITransformer> Estimator, IDataView Rows) Alone(MLContext ml, IDataView sample) => (Estimator(ml), sample);

    [Fact]
    public void The_schema_promised_is_the_schema_delivered()
    {
        (MLContext ml, IDataView sample) = Sample();
        (IEstimator<ITransformer> estimator, IDataView rows) = Alone(ml, sample);
        ITransformer transformer = estimator.Fit(rows);
        DataViewSchema delivered = transformer.Transform(rows).Schema;

        Assert.Equal(Describe(Shape.Of(transformer.Transform(rows))), Describe(estimator.GetOutputSchema(Shape.Of(rows))));
        Assert.Equal(Describe(delivered), Describe(transformer.GetOutputSchema(rows.Schema)));
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(rows.Schema);
        Assert.Equal(Describe(delivered), Describe(mapper.OutputSchema));
        Assert.Same(rows.Schema, mapper.InputSchema);
    }

    [Fact]
    public void A_loaded_model_gives_the_same_answers()
    {
        (MLContext ml, IDataView rows) = Sample();
        ITransformer transformer = Estimator(ml).Fit(rows);
        using var file = new MemoryStream();
        ml.Model.Save(transformer, rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out DataViewSchema inputSchema);

        Assert.Equal(Describe(rows.Schema), Describe(inputSchema));
        Assert.Equal(Cells.Of(transformer.Transform(rows)), Cells.Of(loaded.Transform(rows)));
        Assert.Equal(Describe(transformer.GetOutputSchema(rows.Schema)), Describe(loaded.GetOutputSchema(rows.Schema)));
    }

    [Fact]
    public void A_fresh_process_loads_the_model_with_plain_ML_NET_and_gives_the_same_answers()
    {
        (MLContext ml, IDataView rows) = Sample();
        ITransformer transformer = Estimator(ml).Fit(rows);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        ml.Model.Save(transformer, rows.Schema, path);
        try
        {
            Assert.Equal(Cells.Of(transformer.Transform(rows)), FreshProcess.Run(path, RowCount));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Rows_one_by_one_come_out_as_they_do_together()
    {
        (MLContext ml, IDataView rows) = Sample();
        ITransformer transformer = Estimator(ml).Fit(rows);
        using PredictionEngine<SampleRow, SampleRow> engine = ml.Model.CreatePredictionEngine<SampleRow, SampleRow>(transformer);
        List<SampleRow> oneByOne = [.. SampleRow.Make(RowCount).Select(row => engine.Predict(row))];
        List<SampleRow> together = [.. ml.Data.CreateEnumerable<SampleRow>(transformer.Transform(rows), reuseRowObject: false)];

        Assert.Equal(RowCount, oneByOne.Count);
        Assert.Equal(Cells.Of(ml.Data.LoadFromEnumerable(together)), Cells.Of(ml.Data.LoadFromEnumerable(oneByOne)));
    }

    [Fact]
    public void Fitting_again_gives_the_same_bits()
    {
        (MLContext ml, IDataView rows) = Sample();
        (MLContext otherMl, IDataView otherRows) = Sample();
        IEstimator<ITransformer> estimator = Estimator(ml);
        List<string> first = Cells.Of(estimator.Fit(rows).Transform(rows));

        Assert.Equal(first, Cells.Of(estimator.Fit(rows).Transform(rows)));
        Assert.Equal(first, Cells.Of(Estimator(otherMl).Fit(otherRows).Transform(rows)));
    }

    [Fact]
    public void Rows_keep_their_order_and_ids_and_what_is_not_filled_in_stays()
    {
        (MLContext ml, IDataView rows) = Sample();
        IDataView transformed = Estimator(ml).Fit(rows).Transform(rows);

        Assert.Equal(Cells.Of(rows, nameof(SampleRow.Number), nameof(SampleRow.Label)), Cells.Of(transformed, nameof(SampleRow.Number), nameof(SampleRow.Label)));
    }

    [Fact]
    public void The_input_stays_as_it_is()
    {
        (MLContext ml, IDataView rows) = Sample();
        IDataView cached = ml.Data.Cache(rows);
        List<string> before = Cells.Of(cached);
        Cells.Of(Estimator(ml).Fit(cached).Transform(cached));

        Assert.Equal(before, Cells.Of(cached));
    }

    [Fact]
    public void A_view_without_rows_is_transformed_but_not_learnt_from()
    {
        (MLContext ml, IDataView rows) = Sample();
        IDataView empty = ml.Data.LoadFromEnumerable(new List<SampleRow>());
        ITransformer transformer = Estimator(ml).Fit(rows);

        Assert.Empty(Cells.Of(transformer.Transform(empty)));
        Exception refusal = Assert.ThrowsAny<Exception>(() => Estimator(ml).Fit(empty));
        Assert.Contains("no rows", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_view_of_one_row_is_learnt_from_and_transformed()
    {
        var ml = new MLContext(seed: 5);
        IDataView row = ml.Data.LoadFromEnumerable(SampleRow.Make(1));

        Assert.Single(Cells.Of(Estimator(ml).Fit(row).Transform(row)));
    }

    [Fact]
    public void Cancelling_stops_the_training_within_a_second()
    {
        (MLContext ml, IDataView rows) = Sample();
        Interruption.AssertStopsWithinASecond(cancel => Slow(ml, cancel).Fit(rows));
    }

    [Fact]
    public async Task Several_cursors_from_several_threads_see_the_same()
    {
        (MLContext ml, IDataView rows) = Sample();
        IDataView transformed = Estimator(ml).Fit(rows).Transform(rows);
        List<string> alone = Cells.Of(transformed);
        List<string>[] together = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Cells.Of(transformed))));

        Assert.All(together, cells => Assert.Equal(alone, cells));
    }

    [Fact]
    public void Interleaved_cursors_do_not_disturb_each_other()
    {
        (MLContext ml, IDataView rows) = Sample();
        IDataView transformed = Estimator(ml).Fit(rows).Transform(rows);
        using DataViewRowCursor ahead = transformed.GetRowCursor(transformed.Schema);
        Assert.True(ahead.MoveNext());
        List<string> expected = Cells.Of(transformed);

        Assert.Equal([.. expected.Skip(1)], Cells.Of(ahead, transformed.Schema.Where(column => !column.IsHidden)));
    }

    [Fact]
    public void A_set_of_cursors_gives_every_row_once()
    {
        (MLContext ml, IDataView rows) = Sample();
        IDataView transformed = Estimator(ml).Fit(rows).Transform(ml.Data.Cache(rows));
        DataViewSchema.Column[] visible = [.. transformed.Schema.Where(column => !column.IsHidden)];
        List<string> lines = [];
        foreach (DataViewRowCursor cursor in transformed.GetRowCursorSet(visible, 3))
        {
            using (cursor)
                lines.AddRange(Cells.Of(cursor, visible));
        }

        Assert.Equal(Cells.Of(transformed).Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Caching_and_shuffling_change_no_row()
    {
        (MLContext ml, IDataView rows) = Sample();
        ITransformer transformer = Estimator(ml).Fit(rows);
        List<string> expected = Cells.Of(transformer.Transform(rows));
        IDataView overCache = transformer.Transform(ml.Data.Cache(rows));

        Assert.Equal(expected, Cells.Of(overCache));
        Assert.Equal(expected, Cells.Of(ml.Data.Cache(transformer.Transform(rows))));
        List<string> shuffled = Cells.Of(overCache, overCache.CanShuffle ? new Random(1) : null);
        Assert.Equal(expected.Order(StringComparer.Ordinal), shuffled.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_columns_asked_for_are_read()
    {
        (MLContext ml, IDataView sample) = Sample();
        (IEstimator<ITransformer> estimator, IDataView rows) = Alone(ml, sample);
        var spy = new SpyView(rows);
        IDataView transformed = estimator.Fit(rows).Transform(spy);
        Cells.Of(transformed, nameof(SampleRow.Number));

        Assert.Equal([[nameof(SampleRow.Number)]], spy.Asked);
        using DataViewRowCursor cursor = transformed.GetRowCursor([transformed.Schema[nameof(SampleRow.Number)]]);
        DataViewSchema.Column other = transformed.Schema[nameof(SampleRow.Label)];
        Assert.False(cursor.IsColumnActive(other));
        Assert.ThrowsAny<Exception>(() => cursor.GetGetter<bool>(other));
        Assert.ThrowsAny<Exception>(() => cursor.GetGetter<double>(transformed.Schema[nameof(SampleRow.Number)]));
    }

    [Fact]
    public void It_is_cross_validated_with_a_trainer_behind_it()
    {
        (MLContext ml, IDataView rows) = Sample();
        var folds = ml.BinaryClassification.CrossValidate(rows, WithTrainer(ml), numberOfFolds: 2);

        Assert.Equal(2, folds.Count);
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.AreaUnderRocCurve, 0.6, 1));
    }

    [Fact]
    public void A_loaded_chain_predicts_one_row_as_it_did()
    {
        (MLContext ml, IDataView rows) = Sample();
        ITransformer chain = WithTrainer(ml).Fit(rows);
        using var file = new MemoryStream();
        ml.Model.Save(chain, rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        using PredictionEngine<SampleRow, Prediction> engine = ml.Model.CreatePredictionEngine<SampleRow, Prediction>(loaded);

        float[] expected = ColumnValues.Of<float>(chain.Transform(rows), nameof(Prediction.Probability));
        Assert.Equal(expected, SampleRow.Make(RowCount).Select(row => engine.Predict(row).Probability));
    }

    /// <summary>What the estimator needs to be done before it, so that a trainer behind it can learn.</summary>
    protected virtual IEstimator<ITransformer> ForTrainer(MLContext ml) => Estimator(ml);

    private IEstimator<ITransformer> WithTrainer(MLContext ml) => ForTrainer(ml)
        .Append(ml.Transforms.Concatenate("Features", nameof(SampleRow.Age), nameof(SampleRow.Signals)))
        .Append(ml.Transforms.NormalizeMinMax("Features"))
        .Append(ml.BinaryClassification.Trainers.LbfgsLogisticRegression());

    private static (MLContext Context, IDataView Rows) Sample()
    {
        var ml = new MLContext(seed: 5);
        return (ml, ml.Data.LoadFromEnumerable(SampleRow.Make(RowCount)));
    }

    private static List<string> Describe(SchemaShape shape) => [.. shape
        .Select(column => $"{column.Name}: {column.Kind} {column.ItemType} {column.IsKey} [{string.Join(", ", column.Annotations.Select(annotation => annotation.Name).Order(StringComparer.Ordinal))}]")
        .Order(StringComparer.Ordinal)];

    private static List<string> Describe(DataViewSchema schema) => [.. schema
        .Where(column => !column.IsHidden)
        .Select(column => $"{column.Name}: {column.Type} [{string.Join(", ", column.Annotations.Schema.Select(annotation => $"{annotation.Name} {annotation.Type}"))}]")];

    private sealed class Prediction
    {
        public float Probability { get; set; }
    }
}
