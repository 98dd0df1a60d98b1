using Microsoft.ML.Data;

namespace Microsoft.ML.StandIns.Tests.Trainers;

public sealed class MulticlassTrainerTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IEstimator<ITransformer> Trainer(string name, string label)
    {
        MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers = _ml.MulticlassClassification.Trainers;
        return name switch
        {
            "LightGbm" => trainers.LightGbm(label),
            "Lbfgs" => trainers.LbfgsMaximumEntropy(label, l1Regularization: 0, l2Regularization: 0.01f),
            "Sdca" => trainers.SdcaMaximumEntropy(label),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
    }

    [Theory]
    [InlineData("LightGbm")]
    [InlineData("Lbfgs")]
    [InlineData("Sdca")]
    public void A_trainer_tells_three_classes_of_new_rows_apart(string name)
    {
        ITransformer model = Trainer(name, "Sector").Fit(Simulated.View(_ml));
        MulticlassClassificationMetrics metrics = _ml.MulticlassClassification.Evaluate(model.Transform(Simulated.View(_ml, seed: 2)), "Sector");
        Assert.InRange(metrics.MicroAccuracy, 0.9, 1);
        Assert.InRange(metrics.MacroAccuracy, 0.9, 1);
        Assert.InRange(metrics.LogLossReduction, 0.6, 1);
    }

    [Theory]
    [InlineData("LightGbm")]
    [InlineData("Lbfgs")]
    [InlineData("Sdca")]
    public void Scores_are_probabilities_and_survive_saving(string name)
    {
        IDataView train = Simulated.View(_ml), test = Simulated.View(_ml, seed: 2);
        ITransformer model = Trainer(name, "Sector").Fit(train);
        float[][] scores = Simulated.VectorScores(model, test);
        Assert.All(scores, row => Assert.Equal(1, row.Sum(), 4));
        Assert.Equal(scores, Simulated.VectorScores(Simulated.SavedAndLoaded(_ml, model, train.Schema), test));
    }

    [Fact]
    public void A_label_that_is_no_key_is_named() =>
        Assert.Contains("'Target'", Assert.Throws<ArgumentOutOfRangeException>(() => Trainer("Lbfgs", "Target").Fit(Simulated.View(_ml))).Message);

    [Fact]
    public void Cross_validation_gives_a_model_a_fold()
    {
        IReadOnlyList<TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics>> folds =
            _ml.MulticlassClassification.CrossValidate(Simulated.View(_ml), Trainer("LightGbm", "Sector"), numberOfFolds: 3, labelColumnName: "Sector");
        Assert.Equal(3, folds.Count);
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0.9, 1));
    }
}
