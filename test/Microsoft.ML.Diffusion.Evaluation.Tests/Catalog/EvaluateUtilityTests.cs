using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Tests.Catalog;

public sealed class EvaluateUtilityTests
{
    private const int Rows = 500;

    private static readonly MLContext s_ml = new(1);
    private static readonly IDataView s_real = Patient.View(s_ml, Patient.Draw(Rows, 1));
    private static readonly IDataView s_synthetic = Patient.View(s_ml, Patient.Draw(Rows, 2));
    private static readonly IDataView s_test = Patient.View(s_ml, Patient.Draw(Rows, 3));

    [Theory]
    [InlineData("IsIll", LabelTask.Binary, "auc", 5)]
    [InlineData("Stage", LabelTask.Multiclass, "auc", 3)]
    [InlineData("Cost", LabelTask.Regression, "r2", 5)]
    public void The_default_suite_serves_every_kind_of_label(string label, LabelTask task, string metric, int trainers)
    {
        UtilityResult result = s_ml.EvaluateUtility(s_real, s_synthetic, s_test, label,
            options: new() { Seeds = 2, AugmentationRows = [0, 200] });

        Assert.Equal((task, metric), (result.Task, result.MainMetric));
        Assert.Equal(trainers + 1, result.Scores.Select(score => score.Trainer).Distinct().Count());
        Assert.All(result.Scores, score => Assert.True(double.IsFinite(score.Mean), $"{score}"));
        Assert.All(result.Scores.Where(score => score.Trainer != "constant" && score.Metric == metric), score =>
            Assert.True(score.Mean > 0.6, $"{score}"));
        double real = EvaluateTests.Mean(result, UtilityScore.Real), synthetic = EvaluateTests.Mean(result, UtilityScore.Synthetic);
        Assert.Equal(real, synthetic, 0.06);
        Assert.Equal([0, 200], result.Augmentation.Select(point => point.AddedRows).Distinct());
    }

    [Fact]
    public void The_positive_class_is_the_rarer_one()
    {
        UtilityResult result = s_ml.EvaluateUtility(s_real, s_synthetic, s_test, "IsIll",
            [s_ml.BinaryClassification.Trainers.LbfgsLogisticRegression()], new() { Seeds = 1 });
        int ill = Patient.Draw(Rows, 1).Count(row => row.IsIll);
        Assert.Equal(ill <= Rows / 2 ? "True" : "False", result.PositiveClass);
    }

    [Fact]
    public void Any_trainer_or_chain_can_be_given_and_reads_the_label_under_its_own_name()
    {
        UtilityResult result = s_ml.EvaluateUtility(
            s_real,
            s_synthetic,
            s_test,
            "IsIll",
            [
                s_ml.BinaryClassification.Trainers.FastTree("IsIll", numberOfTrees: 10),
                s_ml.BinaryClassification.Trainers.FastTree(numberOfTrees: 20),
                s_ml.Transforms.NormalizeMinMax("Features").Append(s_ml.BinaryClassification.Trainers.SdcaLogisticRegression("IsIll")),
            ],
            new() { Seeds = 1, Yardsticks = false, AugmentationRows = [] });

        Assert.Equal(["FastTree 1", "FastTree 2", "EstimatorChain", "constant"], result.Scores.Select(score => score.Trainer).Distinct());
        Assert.Equal([UtilityScore.Real, UtilityScore.Synthetic, UtilityScore.Both], result.Scores.Where(score => score.Trainer == "FastTree 1")
            .Select(score => score.TrainedOn).Distinct());
        Assert.All(result.Scores.Where(score => score.Metric == "auc" && score.Trainer != "constant"), score => Assert.InRange(score.Mean, 0.7, 1));
    }

    [Fact]
    public void Synthetic_rows_of_one_class_teach_nothing()
    {
        IDataView ill = Patient.View(s_ml, Patient.Draw(Rows, 2).Where(row => row.IsIll));
        UtilityResult result = s_ml.EvaluateUtility(s_real, ill, s_test, "IsIll",
            options: new() { Seeds = 1, AugmentationRows = [], Yardsticks = false });
        Assert.All(result.Scores.Where(score => score.TrainedOn == UtilityScore.Synthetic && score.Metric == "auc"), score =>
            Assert.Equal(0.5, score.Mean));
    }

    [Fact]
    public void Features_come_from_the_real_training_rows_alone()
    {
        // A ward that only synthetic and test rows have is no feature: a model sees it as no ward at all, and nothing breaks.
        IDataView other = Patient.View(s_ml, Patient.Draw(Rows, 2).Select(row =>
        {
            row.Ward = "new";
            return row;
        }));
        UtilityResult result = s_ml.EvaluateUtility(s_real, other, other, "IsIll",
            [s_ml.BinaryClassification.Trainers.LbfgsLogisticRegression()], new() { Seeds = 1 });
        Assert.All(result.Scores.Where(score => score.Metric == "auc" && score.Trainer != "constant"), score =>
            Assert.True(score.Mean > 0.6, $"{score}"));
    }
}
