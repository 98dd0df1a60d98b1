using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.StandIns.Tests.Trainers;

public sealed class BinaryTrainerTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IEstimator<ITransformer> Trainer(string name, string label = "Label", string features = "Features", string? weight = null)
    {
        BinaryClassificationCatalog.BinaryClassificationTrainers trainers = _ml.BinaryClassification.Trainers;
        return name switch
        {
            "FastTree" => trainers.FastTree(label, features, weight),
            "FastForest" => trainers.FastForest(label, features, weight),
            "LightGbm" => trainers.LightGbm(label, features, weight),
            "Lbfgs" => trainers.LbfgsLogisticRegression(label, features, weight),
            "Sdca" => trainers.SdcaLogisticRegression(label, features, weight),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
    }

    [Theory]
    [InlineData("FastTree")]
    [InlineData("LightGbm")]
    [InlineData("Lbfgs")]
    [InlineData("Sdca")]
    public void A_calibrated_trainer_tells_the_classes_of_new_rows_apart(string name)
    {
        ITransformer model = Trainer(name).Fit(Simulated.View(_ml));
        CalibratedBinaryClassificationMetrics metrics = _ml.BinaryClassification.Evaluate(model.Transform(Simulated.View(_ml, seed: 2)));
        Assert.InRange(metrics.AreaUnderRocCurve, 0.95, 1);
        Assert.InRange(metrics.Accuracy, 0.88, 1);
        Assert.InRange(metrics.LogLossReduction, 0.4, 1);
    }

    [Fact]
    public void A_forest_tells_the_classes_of_new_rows_apart()
    {
        ITransformer model = Trainer("FastForest").Fit(Simulated.View(_ml));
        IDataView scored = model.Transform(Simulated.View(_ml, seed: 2));
        Assert.Null(scored.Schema.GetColumnOrNull("Probability"));
        Assert.InRange(_ml.BinaryClassification.EvaluateNonCalibrated(scored).AreaUnderRocCurve, 0.95, 1);
    }

    [Theory]
    [InlineData("FastTree")]
    [InlineData("FastForest")]
    [InlineData("LightGbm")]
    [InlineData("Lbfgs")]
    [InlineData("Sdca")]
    public void A_saved_model_scores_the_same(string name)
    {
        IDataView train = Simulated.View(_ml), test = Simulated.View(_ml, seed: 2);
        ITransformer model = Trainer(name).Fit(train);
        ITransformer loaded = Simulated.SavedAndLoaded(_ml, model, train.Schema);
        Assert.Equal(Simulated.Scores(model, test), Simulated.Scores(loaded, test));
        Assert.Equal(model.GetOutputSchema(test.Schema).Select(column => column.ToString()),
            loaded.GetOutputSchema(test.Schema).Select(column => column.ToString()), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("FastTree")]
    [InlineData("FastForest")]
    [InlineData("LightGbm")]
    [InlineData("Lbfgs")]
    public void Training_again_gives_the_same_scores(string name)
    {
        IDataView train = Simulated.View(_ml);
        ITransformer first = Trainer(name).Fit(train);
        Assert.Equal(Simulated.Scores(first, train), Simulated.Scores(Trainer(name).Fit(train), train));
    }

    [Fact]
    public void Scores_do_not_depend_on_the_number_of_threads()
    {
        IDataView train = Simulated.View(_ml, count: 20_000);
        float[] Fit(int threads) => Simulated.Scores(
            _ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options { NumberOfThreads = threads, NumberOfTrees = 20 }).Fit(train), train);
        Assert.Equal(Fit(1), Fit(2));
    }

    [Theory]
    [InlineData("FastTree")]
    [InlineData("FastForest")]
    [InlineData("LightGbm")]
    public void Trees_score_rows_with_missing_features(string name)
    {
        Simulated.Row[] rows = Simulated.Rows(1000, seed: 3);
        for (int i = 0; i < rows.Length; i += 10)
            rows[i].Features[i % 20 == 0 ? 0 : 3] = float.NaN;
        ITransformer model = Trainer(name).Fit(_ml.Data.LoadFromEnumerable(rows));
        IDataView scored = model.Transform(_ml.Data.LoadFromEnumerable(rows));
        Assert.DoesNotContain(scored.GetColumn<float>("Score"), float.IsNaN);
        Assert.InRange(_ml.BinaryClassification.EvaluateNonCalibrated(scored).AreaUnderRocCurve, 0.9, 1);
    }

    [Fact]
    public void LightGbm_learns_from_rows_with_missing_features()
    {
        Simulated.Row[] rows = Simulated.Rows(1000, seed: 3);
        for (int i = 0; i < rows.Length; i++)
            rows[i].Features[i % 5 == 0 ? 0 : 3] = float.NaN;
        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        Assert.Throws<InvalidOperationException>(() => Trainer("FastTree").Fit(view));
        Assert.InRange(_ml.BinaryClassification.Evaluate(Trainer("LightGbm").Fit(view).Transform(view)).AreaUnderRocCurve, 0.9, 1);
    }

    [Theory]
    [InlineData("FastTree")]
    [InlineData("Lbfgs")]
    public void A_row_without_weight_is_not_learned_from(string name)
    {
        Simulated.Row[] rows = Simulated.Rows(1000, seed: 3);
        foreach (Simulated.Row row in rows.Take(500))
        {
            row.Label = !row.Label;
            row.Weight = 0;
        }
        ITransformer model = Trainer(name, weight: "Weight").Fit(_ml.Data.LoadFromEnumerable(rows));
        Assert.InRange(_ml.BinaryClassification.Evaluate(model.Transform(Simulated.View(_ml, seed: 2))).AreaUnderRocCurve, 0.9, 1);
    }

    [Fact]
    public void A_tree_has_no_more_leaves_than_it_may()
    {
        IDataView train = Simulated.View(_ml);
        Assert.Equal(2, Simulated.Scores(_ml.BinaryClassification.Trainers.FastTree(numberOfLeaves: 2, numberOfTrees: 1).Fit(train), train).Distinct().Count());
        Assert.Equal(8, Simulated.Scores(_ml.BinaryClassification.Trainers.FastTree(numberOfLeaves: 8, numberOfTrees: 1).Fit(train), train).Distinct().Count());
    }

    [Fact]
    public void A_probability_is_what_the_calibrator_makes_of_the_score()
    {
        IDataView train = Simulated.View(_ml);
        BinaryPredictionTransformer<CalibratedModelParametersBase<FastTreeBinaryModelParameters, PlattCalibrator>> fastTree =
            _ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options { LearningRate = 0.1 }).Fit(train);
        BinaryPredictionTransformer<CalibratedModelParametersBase<LightGbmBinaryModelParameters, PlattCalibrator>> lightGbm =
            _ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options { NumberOfLeaves = 4, Seed = 1 }).Fit(train);
        Assert.Equal(-0.2, fastTree.Model.Calibrator.Slope, 6);
        Assert.Equal(-0.5, lightGbm.Model.Calibrator.Slope, 6);
        IDataView scored = fastTree.Transform(train);
        Assert.All(scored.GetColumn<float>("Score").Zip(scored.GetColumn<float>("Probability")).Take(50),
            row => Assert.Equal(1 / (1 + Math.Exp(-0.2 * row.First)), row.Second, 5));
    }

    [Fact]
    public void One_row_is_scored_as_in_a_view()
    {
        Simulated.Row[] rows = Simulated.Rows(20, seed: 2);
        ITransformer model = Trainer("FastTree").Fit(Simulated.View(_ml));
        using PredictionEngine<Simulated.Row, Prediction> engine = _ml.Model.CreatePredictionEngine<Simulated.Row, Prediction>(model);
        Assert.Equal(Simulated.Scores(model, _ml.Data.LoadFromEnumerable(rows)), rows.Select(row => engine.Predict(row).Score));
        Assert.All(rows, row => Assert.Equal(engine.Predict(row).Score > 0, engine.Predict(row).PredictedLabel));
    }

    [Fact]
    public void The_columns_of_a_prediction_say_what_they_are()
    {
        IDataView train = Simulated.View(_ml);
        DataViewSchema schema = Trainer("LightGbm").Fit(train).GetOutputSchema(train.Schema);
        Assert.Equal(["PredictedLabel", "Score", "Probability"], schema.Skip(train.Schema.Count).Select(column => column.Name), StringComparer.Ordinal);
        foreach (string name in new[] { "PredictedLabel", "Score", "Probability" })
        {
            Assert.Equal("BinaryClassification", Simulated.Annotation(schema[name], "ScoreColumnKind"));
            Assert.Equal(name, Simulated.Annotation(schema[name], "ScoreValueKind"));
        }
        Assert.NotNull(schema["Probability"].Annotations.Schema.GetColumnOrNull("IsNormalized"));
    }

    [Theory]
    [InlineData("FastTree")]
    [InlineData("LightGbm")]
    [InlineData("Lbfgs")]
    public void A_column_that_is_absent_or_of_another_type_is_named(string name)
    {
        IDataView train = Simulated.View(_ml);
        Assert.Contains("'Nope'", Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(name, label: "Nope").Fit(train)).Message);
        Assert.Contains("'Nope'", Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(name, features: "Nope").Fit(train)).Message);
        Assert.Contains("'Text'", Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(name, label: "Text").Fit(train)).Message);
        Assert.Contains("'Target'", Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(name, features: "Target").Fit(train)).Message);
        Assert.Contains("'Text'", Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(name, weight: "Text").Fit(train)).Message);
    }

    [Theory]
    [InlineData("FastTree")]
    [InlineData("LightGbm")]
    [InlineData("Lbfgs")]
    [InlineData("Sdca")]
    public void There_is_nothing_to_learn_from_no_rows(string name) =>
        Assert.Throws<InvalidOperationException>(() => Trainer(name).Fit(Simulated.View(_ml, count: 0)));

    [Fact]
    public void Every_row_is_held_out_once_in_cross_validation()
    {
        IReadOnlyList<TrainCatalogBase.CrossValidationResult<CalibratedBinaryClassificationMetrics>> folds =
            _ml.BinaryClassification.CrossValidate(Simulated.View(_ml), Trainer("FastTree"), numberOfFolds: 4);
        Assert.Equal([0, 1, 2, 3], folds.Select(fold => fold.Fold));
        Assert.Equal(600, folds.Sum(fold => fold.ScoredHoldOutSet.GetColumn<float>("Score").Count()));
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.AreaUnderRocCurve, 0.9, 1));
    }

    private sealed class Prediction
    {
        public bool PredictedLabel { get; set; }

        public float Score { get; set; }
    }
}
