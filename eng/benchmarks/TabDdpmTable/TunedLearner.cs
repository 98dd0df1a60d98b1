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
        double[] truth = [.. Enumerable.Range(0, scored.RowCount).Select(row => scored[row, parts.Label])];
        if (_isNumber)
        {
            MLContext ml = new(seed);
            ITransformer model = ml.Regression.Trainers.LightGbm(OfNumbers(settings, seed))
                .Fit(View(ml, training), View(ml, parts.Validation));
            return RSquared(truth, [.. model.Transform(View(ml, scored)).GetColumn<float>("Score")]);
        }
        // Of two classes one model tells them apart; of more, one for each tells it from the others, and the surest is believed.
        float[][] scores = [.. Enumerable.Range(_classes == 2 ? 1 : 0, _classes == 2 ? 1 : _classes)
            .Select(positive => ScoresOf(positive, training, scored, settings, seed))];
        return MacroF1(truth, [.. truth.Select((_, row) => _classes == 2
            ? (scores[0][row] > 0 ? 1 : 0)
            : Enumerable.Range(0, _classes).MaxBy(each => scores[each][row]))]);
    }

    private float[] ScoresOf(int positive, Table training, Table scored, LearnerSettings settings, int seed)
    {
        // A class that no row has is never the surest.
        if (!Enumerable.Range(0, training.RowCount).Any(row => training[row, parts.Label] == positive))
            return [.. Enumerable.Repeat(float.NegativeInfinity, scored.RowCount)];
        MLContext ml = new(seed);
        ITransformer model = ml.BinaryClassification.Trainers.LightGbm(OfClasses(settings, seed))
            .Fit(View(ml, training, positive), View(ml, parts.Validation, positive));
        return [.. model.Transform(View(ml, scored, positive)).GetColumn<float>("Score")];
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

    private LightGbmBinaryTrainer.Options OfClasses(LearnerSettings settings, int seed) => new()
    {
        EvaluationMetric = LightGbmBinaryTrainer.Options.EvaluateMetricType.Logloss,
        LabelColumnName = nameof(Example.IsPositive),
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

    private IDataView View(MLContext ml, Table table, int positive = -1)
    {
        Example[] rows = [.. Enumerable.Range(0, table.RowCount).Select(row => new Example
        {
            Features = RowFeatures.Of(table, row, parts.Label, missing: float.NaN),
            Number = (float)table[row, parts.Label],
            IsPositive = table[row, parts.Label] == positive,
        })];
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        return ml.Data.LoadFromEnumerable(rows, schema);
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

        public bool IsPositive { get; set; }
    }
}
