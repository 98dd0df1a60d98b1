using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.StandIns.Tests.Trainers;

public sealed class RegressionTrainerTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IEstimator<ITransformer> Trainer(string name, string label = "Target")
    {
        RegressionCatalog.RegressionTrainers trainers = _ml.Regression.Trainers;
        return name switch
        {
            "FastTree" => trainers.FastTree(label),
            "FastForest" => trainers.FastForest(label),
            "LightGbm" => trainers.LightGbm(label),
            "Sdca" => trainers.Sdca(label),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
    }

    [Theory]
    [InlineData("FastTree", 0.97)]
    [InlineData("FastForest", 0.85)]
    [InlineData("LightGbm", 0.97)]
    [InlineData("Sdca", 0.95)]
    public void A_trainer_predicts_the_number_of_new_rows(string name, double leastRSquared)
    {
        IDataView test = Simulated.View(_ml, seed: 2);
        RegressionMetrics metrics = _ml.Regression.Evaluate(Trainer(name).Fit(Simulated.View(_ml)).Transform(test), "Target");
        Assert.InRange(metrics.RSquared, leastRSquared, 1);
    }

    [Theory]
    [InlineData("FastTree")]
    [InlineData("FastForest")]
    [InlineData("LightGbm")]
    [InlineData("Sdca")]
    public void A_saved_model_scores_the_same(string name)
    {
        IDataView train = Simulated.View(_ml);
        ITransformer model = Trainer(name).Fit(train);
        Assert.Equal(Simulated.Scores(model, train), Simulated.Scores(Simulated.SavedAndLoaded(_ml, model, train.Schema), train));
    }

    [Fact]
    public void A_linear_model_finds_the_weights_of_a_linear_target()
    {
        Simulated.Row[] rows = Simulated.Rows(400, seed: 1);
        foreach (Simulated.Row row in rows)
            row.Target = 3 * row.Features[0] - 2 * row.Features[2] + 0.5f;
        LinearRegressionModelParameters model = _ml.Regression.Trainers.Sdca("Target").Fit(_ml.Data.LoadFromEnumerable(rows)).Model;
        Assert.Equal(4, model.Weights.Count);
        Assert.All(model.Weights.Zip([3f, 0, -2, 0]), pair => Assert.InRange(pair.First, pair.Second - 0.02f, pair.Second + 0.02f));
        Assert.InRange(model.Bias, 0.48f, 0.52f);
    }

    [Fact]
    public void A_label_that_is_no_number_is_named() =>
        Assert.Contains("'Label'", Assert.Throws<ArgumentOutOfRangeException>(() => Trainer("FastTree", "Label").Fit(Simulated.View(_ml))).Message);

    [Fact]
    public void Cross_validation_measures_every_fold()
    {
        IReadOnlyList<TrainCatalogBase.CrossValidationResult<RegressionMetrics>> folds =
            _ml.Regression.CrossValidate(Simulated.View(_ml), Trainer("FastTree"), numberOfFolds: 3, labelColumnName: "Target");
        Assert.Equal(3, folds.Count);
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.RSquared, 0.9, 1));
    }
}
