using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Boosted trees (LightGBM) whose settings are the best of some drawn at random, on the real validation rows; each training ends
/// where 50 more trees do not help on these rows, as that of the authors does. The score is F1, macro, for classes, and R2 for
/// numbers.</summary>
internal sealed class TunedLearner(TableParts parts, int threads)
{
    private const int MostTrees = 2000, Patience = 50;

    private readonly bool _isNumber = parts.Training.Columns[parts.Label].Kind == ColumnKind.Numeric;
    private readonly int _classes = parts.Training.Columns[parts.Label].Categories.Count;

    /// <summary>The best of some settings.</summary>
    public LearnerSettings Tune(int trials) => Enumerable.Range(0, trials)
        .Select(trial => LearnerSettings.Draw(new Philox(1, (ulong)trial)))
        .MaxBy(settings => Score(parts.Training, parts.Validation, settings, seed: 1))!;

    /// <summary>Trains on rows, real or made, and scores on the test rows.</summary>
    public double Score(Table training, LearnerSettings settings, int seed) => Score(training, parts.Test, settings, seed);

    private double Score(Table training, Table scored, LearnerSettings settings, int seed)
    {
        MLContext ml = new(seed);
        (IDataView rows, IDataView held) = (View(ml, training), View(ml, parts.Validation));
        ITransformer model = _isNumber ? ml.Regression.Trainers.LightGbm(OfNumbers(settings, seed)).Fit(rows, held)
            : _classes == 2 ? ml.BinaryClassification.Trainers.LightGbm(OfTwoClasses(settings, seed)).Fit(rows, held)
            : ml.MulticlassClassification.Trainers.LightGbm(OfClasses(settings, seed)).Fit(rows, held);
        IDataView predicted = model.Transform(View(ml, scored));
        double[] truth = [.. Enumerable.Range(0, scored.RowCount).Select(row => scored[row, parts.Label])];
        if (_isNumber)
            return RSquared(truth, [.. predicted.GetColumn<float>("Score")]);
        return MacroF1(truth, _classes == 2
            ? [.. predicted.GetColumn<bool>("PredictedLabel").Select(isSecond => isSecond ? 1 : 0)]
            : [.. predicted.GetColumn<uint>("PredictedLabel").Select(key => (int)key - 1)]);
    }

    private LightGbmRegressionTrainer.Options OfNumbers(LearnerSettings settings, int seed) => new()
    {
        EvaluationMetric = LightGbmRegressionTrainer.Options.EvaluateMetricType.RootMeanSquaredError,
        LabelColumnName = nameof(Example.Number),
        NumberOfIterations = MostTrees,
        EarlyStoppingRound = Patience,
        LearningRate = settings.LearningRate,
        NumberOfLeaves = settings.Leaves,
        MinimumExampleCountPerLeaf = settings.RowsInLeaf,
        Booster = Booster(settings),
        NumberOfThreads = threads,
        Seed = seed,
    };

    private LightGbmBinaryTrainer.Options OfTwoClasses(LearnerSettings settings, int seed) => new()
    {
        EvaluationMetric = LightGbmBinaryTrainer.Options.EvaluateMetricType.Logloss,
        LabelColumnName = nameof(Example.IsSecond),
        NumberOfIterations = MostTrees,
        EarlyStoppingRound = Patience,
        LearningRate = settings.LearningRate,
        NumberOfLeaves = settings.Leaves,
        MinimumExampleCountPerLeaf = settings.RowsInLeaf,
        Booster = Booster(settings),
        NumberOfThreads = threads,
        Seed = seed,
    };

    private LightGbmMulticlassTrainer.Options OfClasses(LearnerSettings settings, int seed) => new()
    {
        EvaluationMetric = LightGbmMulticlassTrainer.Options.EvaluateMetricType.LogLoss,
        LabelColumnName = nameof(Example.Class),
        NumberOfIterations = MostTrees,
        EarlyStoppingRound = Patience,
        LearningRate = settings.LearningRate,
        NumberOfLeaves = settings.Leaves,
        MinimumExampleCountPerLeaf = settings.RowsInLeaf,
        Booster = Booster(settings),
        NumberOfThreads = threads,
        Seed = seed,
    };

    private static GradientBooster.Options Booster(LearnerSettings settings) => new()
    {
        L2Regularization = settings.L2,
        FeatureFraction = settings.ColumnShare,
        SubsampleFraction = settings.RowShare,
        SubsampleFrequency = 1,
    };

    private IDataView View(MLContext ml, Table table)
    {
        Example[] rows = [.. Enumerable.Range(0, table.RowCount).Select(row => new Example
        {
            Features = Features(table, row),
            Number = (float)table[row, parts.Label],
            IsSecond = table[row, parts.Label] == 1,
            Class = (uint)table[row, parts.Label] + 1,
        })];
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        schema[nameof(Example.Class)].ColumnType = new KeyDataViewType(typeof(uint), Math.Max(1, _classes));
        return ml.Data.LoadFromEnumerable(rows, schema);
    }

    /// <summary>Numbers as they are, a category as one of its column's indicators.</summary>
    private float[] Features(Table table, int row)
    {
        List<float> features = [];
        for (int column = 0; column < table.Columns.Count; column++)
        {
            double value = table[row, column];
            if (column == parts.Label)
                continue;
            if (table.Columns[column].Kind == ColumnKind.Numeric)
                features.Add((float)value);
            else
                features.AddRange(Enumerable.Range(0, table.Columns[column].Categories.Count).Select(code => code == value ? 1f : 0));
        }
        return [.. features];
    }

    private static double RSquared(double[] truth, float[] answers)
    {
        double mean = truth.Average();
        return 1 - truth.Zip(answers).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second))
            / truth.Sum(value => (value - mean) * (value - mean));
    }

    private static double MacroF1(double[] truth, int[] answers)
    {
        int[] present = [.. truth.Select(value => (int)value).Concat(answers).Distinct()];
        return present.Average(each =>
        {
            int both = truth.Zip(answers).Count(pair => pair.First == each && pair.Second == each);
            return 2.0 * both / (truth.Count(value => value == each) + answers.Count(answer => answer == each));
        });
    }

    private sealed class Example
    {
        public float[] Features { get; set; } = [];

        public float Number { get; set; }

        public bool IsSecond { get; set; }

        public uint Class { get; set; }
    }
}
