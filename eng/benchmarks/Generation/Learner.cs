using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Trainers.FastTree;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Boosted trees trained on one table and tested on another: 200 trees of 32 leaves, learning rate 0.1.</summary>
/// <param name="label">The column that is predicted: a number, or two categories.</param>
internal sealed class Learner(int label)
{
    // Far below all numbers.
    private const float Missing = -1e9f;

    /// <summary>AUC of the rarer class for categories, R2 for numbers.</summary>
    /// <param name="training">Trained on.</param>
    /// <param name="test">Tested on; the same columns.</param>
    public double Score(Table training, Table test)
    {
        MLContext ml = new(seed: 1);
        if (training.Columns[label].Kind == ColumnKind.Categorical)
        {
            int rows = test.RowCount, ones = Enumerable.Range(0, rows).Count(row => test[row, label] == 1);
            double positive = 2 * ones <= rows ? 1 : 0;
            Example Classified(Table table, int row) => new() { Features = RowFeatures.Of(table, row, label, Missing), IsPositive = table[row, label] == positive };
            var trainer = ml.BinaryClassification.Trainers.FastTree(Set(new FastTreeBinaryTrainer.Options(), nameof(Example.IsPositive)));
            var model = trainer.Fit(Load(ml, training, Classified));
            return ml.BinaryClassification.EvaluateNonCalibrated(model.Transform(Load(ml, test, Classified)), nameof(Example.IsPositive)).AreaUnderRocCurve;
        }
        double[] labels = [.. Enumerable.Range(0, training.RowCount).Select(row => training[row, label])];
        double mean = labels.Average(), deviation = Math.Sqrt(labels.Average(value => (value - mean) * (value - mean)));
        Example Row(Table table, int row) => new() { Features = RowFeatures.Of(table, row, label, Missing), Value = (float)((table[row, label] - mean) / deviation) };
        var regression = ml.Regression.Trainers.FastTree(Set(new FastTreeRegressionTrainer.Options(), nameof(Example.Value)));
        var fitted = regression.Fit(Load(ml, training, Row));
        return ml.Regression.Evaluate(fitted.Transform(Load(ml, test, Row)), nameof(Example.Value)).RSquared;
    }

    private static T Set<T>(T options, string labelName)
        where T : BoostedTreeOptions
    {
        (options.NumberOfTrees, options.NumberOfLeaves, options.LearningRate) = (200, 32, 0.1);
        (options.LabelColumnName, options.FeatureColumnName) = (labelName, nameof(Example.Features));
        return options;
    }

    private static IDataView Load(MLContext ml, Table table, Func<Table, int, Example> row)
    {
        Example[] rows = [.. Enumerable.Range(0, table.RowCount).Select(i => row(table, i))];
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }

    private sealed class Example
    {
        public float[] Features { get; set; } = [];

        public bool IsPositive { get; set; }

        public float Value { get; set; }
    }
}
