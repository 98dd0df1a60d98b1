using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tests.Augmentation;

public class CrossValidationTests
{
    [Fact]
    public void Each_fold_is_augmented_from_its_own_training_rows_and_tested_on_real_ones_alone()
    {
        var ml = new MLContext(seed: 5);
        Visit[] visits = [.. Enumerable.Range(0, 210).Select(i => new Visit { Ward = $"ward {i % 35}", Group = $"{i % 35}", Age = 30 + (i % 9), Label = i % 2 == 0 })];
        IDataView rows = ml.Data.LoadFromEnumerable(visits);
        var spy = new TrainingSpy(ml);
        var chain = ml.Transforms.DiffusionAugment(60, "Label", Quick.Generation<DiffusionAugmentEstimator.Options>())
            .Append(spy)
            .Append(ml.Transforms.Concatenate("Features", "Age"))
            .Append(ml.BinaryClassification.Trainers.LbfgsLogisticRegression());

        var folds = ml.BinaryClassification.CrossValidate(rows, chain, numberOfFolds: 3, samplingKeyColumnName: "Group");

        Assert.Equal(3, spy.Seen.Count);
        for (int fold = 0; fold < 3; fold++)
        {
            string[] seen = ColumnValues.Texts(spy.Seen[fold], "Ward");
            string[] heldOut = ColumnValues.Texts(folds[fold].ScoredHoldOutSet, "Ward");
            Assert.NotEmpty(heldOut);
            Assert.Equal(visits.Length - heldOut.Length + 60, seen.Length);
            Assert.Empty(seen.Intersect(heldOut, StringComparer.Ordinal));
            Assert.All(TrainingSpy.Ids(folds[fold].ScoredHoldOutSet), id => Assert.Equal(0UL, id.High));
        }

        Assert.Equal(visits.Length, folds.Sum(fold => TrainingSpy.Ids(fold.ScoredHoldOutSet).Length));
    }

    private sealed class Visit
    {
        public string Ward { get; set; } = "";

        public string Group { get; set; } = "";

        public float Age { get; set; }

        public bool Label { get; set; }
    }
}
