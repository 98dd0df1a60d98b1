using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML;

public static class LightGbmExtensions
{
    public static LightGbmRegressionTrainer LightGbm(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string exampleWeightColumnName = null,
        int? numberOfLeaves = null,
        int? minimumExampleCountPerLeaf = null,
        double? learningRate = null,
        int numberOfIterations = 100) => catalog.LightGbm(new LightGbmRegressionTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            NumberOfLeaves = numberOfLeaves,
            MinimumExampleCountPerLeaf = minimumExampleCountPerLeaf,
            LearningRate = learningRate,
            NumberOfIterations = numberOfIterations,
        });

    public static LightGbmRegressionTrainer LightGbm(
        this RegressionCatalog.RegressionTrainers catalog, LightGbmRegressionTrainer.Options options) =>
        new(catalog.GetEnvironment(), options);

    public static LightGbmBinaryTrainer LightGbm(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string exampleWeightColumnName = null,
        int? numberOfLeaves = null,
        int? minimumExampleCountPerLeaf = null,
        double? learningRate = null,
        int numberOfIterations = 100) => catalog.LightGbm(new LightGbmBinaryTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            NumberOfLeaves = numberOfLeaves,
            MinimumExampleCountPerLeaf = minimumExampleCountPerLeaf,
            LearningRate = learningRate,
            NumberOfIterations = numberOfIterations,
        });

    public static LightGbmBinaryTrainer LightGbm(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, LightGbmBinaryTrainer.Options options) =>
        new(catalog.GetEnvironment(), options);

    public static LightGbmMulticlassTrainer LightGbm(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string exampleWeightColumnName = null,
        int? numberOfLeaves = null,
        int? minimumExampleCountPerLeaf = null,
        double? learningRate = null,
        int numberOfIterations = 100) => catalog.LightGbm(new LightGbmMulticlassTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            NumberOfLeaves = numberOfLeaves,
            MinimumExampleCountPerLeaf = minimumExampleCountPerLeaf,
            LearningRate = learningRate,
            NumberOfIterations = numberOfIterations,
        });

    public static LightGbmMulticlassTrainer LightGbm(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, LightGbmMulticlassTrainer.Options options) =>
        new(catalog.GetEnvironment(), options);
}
