using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>Trains on real, synthetic and both kinds of rows, and tests on real ones.</summary>
internal sealed class UtilityEvaluation
{
    // Random sequences of their own for the order of rows and for the choice of synthetic ones.
    private const ulong OrderStream = 0x5574_696C, ChoiceStream = 0x5574_696D;

    private readonly NamedTrainer[] _trainers;
    private readonly LabelCoding _label;
    private readonly Featurizer _featurizer;
    private readonly RowList _real;
    private readonly RowList _synthetic;
    private readonly RowList _test;
    private readonly ToldRows _told;
    private readonly (string Name, RowList Rows)[] _yardsticks;
    private readonly EvaluationOptions _options;
    private readonly ulong _seed;
    private readonly Stages _stages;
    private readonly int[] _added;

    /// <param name="trainers">The trainers.</param>
    /// <param name="label">The label.</param>
    /// <param name="tables">The rows.</param>
    /// <param name="yardsticks">Rows that others made of the same real rows, by name.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Decides orders and choices.</param>
    /// <param name="stages">Told what is done.</param>
    public UtilityEvaluation(
        NamedTrainer[] trainers,
        LabelCoding label,
        (Table Real, Table Synthetic, Table Test) tables,
        (string Name, Table Rows)[] yardsticks,
        EvaluationOptions options,
        ulong seed,
        Stages stages)
    {
        _trainers = trainers;
        _label = label;
        _featurizer = new(tables.Real, label.Column);
        _real = label.Labelled(RowList.Of(tables.Real));
        _synthetic = label.Labelled(RowList.Of(tables.Synthetic));
        RowList test = label.Labelled(RowList.Of(tables.Test));
        _told = new(test, tables.Real, tables.Synthetic, seed);
        _test = _told.Without(test);
        _yardsticks = [.. yardsticks.Select(other => (other.Name, label.Labelled(RowList.Of(other.Rows))))];
        _options = options;
        _seed = seed;
        _stages = stages;
        _added = [.. options.AugmentationRows.Where(rows => rows <= _synthetic.Count).Distinct().Order()];
        if (_synthetic.Count == 0)
            throw new InvalidDataException($"No synthetic row has a label that real rows have: column '{label.Name}' cannot be learnt from them.");
        double rowsTrainedOn = _real.Count + (2 * Math.Min(_synthetic.Count, _real.Count)) + _real.Count + (_real.Count / 2)
            + _yardsticks.Sum(other => other.Rows.Count)
            + _added.Where(rows => rows > 0).Sum(rows => _real.Count + rows);
        stages.Expect(rowsTrainedOn * trainers.Length * options.Seeds);
    }

    public UtilityResult Run()
    {
        Dictionary<(string Trainer, string On, int Rows), List<double[]>> found = [];
        List<(string Trainer, string On, int Rows)> order = [];
        Dictionary<(string Trainer, int Rows), List<double[]>> sweep = [];
        List<(string Trainer, int Rows)> sweepOrder = [];
        // Of the models on real rows, on synthetic ones and on both, what is needed to compare them on resampled test rows.
        ResampledMetric[][] onReal = [.. _trainers.Select(_ => new ResampledMetric[_options.Seeds])];
        ResampledMetric[][] onSynthetic = [.. _trainers.Select(_ => new ResampledMetric[_options.Seeds])];
        ResampledMetric[][] onBoth = [.. _trainers.Select(_ => new ResampledMetric[_options.Seeds])];
        foreach (Training training in Trainings())
        {
            (int t, int seed, string on, RowList rows) = (training.Trainer, training.Seed, training.On, training.Rows);
            string trainer = _trainers[t].Name;
            Prediction prediction = Judge(training);
            if (training.Added > 0)
            {
                Add(sweep, sweepOrder, (trainer, training.Added), prediction.Metrics);
                continue;
            }

            Add(found, order, (trainer, on, rows.Count), prediction.Metrics);
            if (string.Equals(on, UtilityScore.Both, StringComparison.Ordinal))
                onBoth[t][seed] = prediction.MainMetric;
            if (string.Equals(on, UtilityScore.Synthetic, StringComparison.Ordinal))
                onSynthetic[t][seed] = prediction.MainMetric;
            if (!string.Equals(on, UtilityScore.Real, StringComparison.Ordinal))
                continue;
            onReal[t][seed] = prediction.MainMetric;
            if (_added.Contains(0))
                Add(sweep, sweepOrder, (trainer, 0), prediction.Metrics);
        }

        UtilityScore[] scores =
        [
            .. order.SelectMany(key => _label.Metrics.Select((metric, i) =>
                new UtilityScore(key.Trainer, key.On, key.Rows, metric, Mean(found[key], i), Deviation(found[key], i)))),
            .. _label.Metrics.Zip(Predictions.JudgeConstant(_real, _test, _label).Metrics, (metric, value) =>
                new UtilityScore("constant", UtilityScore.Real, _real.Count, metric, value, double.NaN)),
        ];
        AugmentationPoint[] points = [.. sweepOrder.SelectMany(key => _label.Metrics.Select((metric, i) =>
            new AugmentationPoint(key.Trainer, key.Rows, metric, Mean(sweep[key], i), Deviation(sweep[key], i))))];
        string? undefined = _told.WhyUndefined ?? TestLabels.WhyUndefined(_test, _label);
        PairedBootstrap.Differences? differences = undefined is not null ? null : PairedBootstrap.Compare(
            onReal, onSynthetic, onBoth, _label.NoKnowledge, _test.Count, _seed, _options.CancellationToken);
        return new(_label.Task, _label.Classes, _label.PositiveClass, _label.Metrics[0], _options.Seeds, scores, points)
        {
            TestRows = _test.Count,
            UndefinedReason = undefined,
            RealMinusNothing = differences?.RealMinusNothing,
            SyntheticMinusReal = differences?.SyntheticMinusReal,
            AddedMinusReal = differences?.BothMinusReal,
            Notes =
            [
                .. _told.Count > 0 && undefined is null ? [_told.Sentence] : Array.Empty<string>(),
                .. TestLabels.Notes(_real, _test, _label),
            ],
        };
    }

    /// <summary>Trains every so many-th model, for a process that judges them all.</summary>
    /// <param name="part">Which part of the trainings, from 0.</param>
    /// <param name="parts">How many parts there are.</param>
    /// <returns>What each of these models says of the test rows, by the number of the training.</returns>
    public IReadOnlyDictionary<int, float[]> TrainPart(int part, int parts) =>
        Trainings().Where(training => training.Number % parts == part && !IsOfOneClass(training.Rows))
            .ToDictionary(training => training.Number, Train);

    /// <summary>All trainings, in the order of their numbers.</summary>
    private IEnumerable<Training> Trainings()
    {
        int number = 0;
        for (int trainer = 0; trainer < _trainers.Length; trainer++)
        {
            for (int seed = 0; seed < _options.Seeds; seed++)
            {
                foreach ((string on, RowList rows) in TrainingSets(seed))
                    yield return new(number++, trainer, seed, on, rows, 0);
                foreach (int added in _added.Where(rows => rows > 0))
                {
                    RowList rows = Ordered(_real.Then(Chosen(seed, added)), seed);
                    yield return new(number++, trainer, seed, $"{added} more rows", rows, added);
                }
            }
        }
    }

    private IEnumerable<(string On, RowList Rows)> TrainingSets(int seed)
    {
        RowList synthetic = Chosen(seed, _real.Count);
        yield return (UtilityScore.Real, Ordered(_real, seed));
        yield return (UtilityScore.Synthetic, Ordered(synthetic, seed));
        yield return (UtilityScore.Both, Ordered(_real.Then(synthetic), seed));
        if (_options.Yardsticks && _real.Count > 1)
            yield return (UtilityScore.HalfOfReal, Ordered(_real, seed).First(_real.Count / 2));
        foreach ((string name, RowList rows) in _yardsticks)
            yield return (name, Ordered(rows, seed));
    }

    private Prediction Judge(Training training)
    {
        // What cannot be told apart cannot be trained on; the answer is always the same.
        if (IsOfOneClass(training.Rows))
            return Predictions.JudgeConstant(training.Rows, _test, _label);
        if (_options.Answers is not { } known)
            return Predictions.Judge(Train(training), _test, _label);
        return known.TryGetValue(training.Number, out float[]? answers) && answers.Length == _test.Count * Predictions.NumbersOf(_label)
            ? Predictions.Judge(answers, _test, _label)
            : throw new InvalidDataException(
                $"The parts do not hold training {training.Number}, {_trainers[training.Trainer].Name} on {training.On}, on these test "
                + "rows.");
    }

    private float[] Train(Training training) =>
        _stages.Run($"{_trainers[training.Trainer].Name} on {training.On}", training.Rows.Count, () =>
        {
            ITransformer model = _trainers[training.Trainer].Make(training.Seed).Fit(FeatureView.Of(training.Rows, _featurizer, _label));
            float[] answers = Predictions.Ask(model, _test, _featurizer, _label);
            (model as IDisposable)?.Dispose();
            return answers;
        });

    private bool IsOfOneClass(RowList rows)
    {
        if (_label.Task == LabelTask.Regression)
            return false;
        for (int row = 1; row < rows.Count; row++)
        {
            if (_label.ClassOf(rows[row]) != _label.ClassOf(rows[0]))
                return false;
        }

        return true;
    }

    private RowList Ordered(RowList rows, int seed) => rows.Shuffled(new Philox(_seed, OrderStream).Fork((ulong)seed));

    private RowList Chosen(int seed, int rows) => _synthetic.Shuffled(new Philox(_seed, ChoiceStream).Fork((ulong)seed)).First(rows);

    private static void Add<TKey>(Dictionary<TKey, List<double[]>> found, List<TKey> order, TKey key, double[] metrics)
        where TKey : notnull
    {
        if (!found.TryGetValue(key, out List<double[]>? values))
        {
            found.Add(key, values = []);
            order.Add(key);
        }

        values.Add(metrics);
    }

    private static double Mean(List<double[]> values, int metric) => values.Average(value => value[metric]);

    private static double Deviation(List<double[]> values, int metric)
    {
        double mean = Mean(values, metric);
        return values.Count < 2 ? double.NaN : Math.Sqrt(values.Sum(value => (value[metric] - mean) * (value[metric] - mean)) / (values.Count - 1));
    }

    /// <summary>One model to train.</summary>
    /// <param name="Number">Its place among all.</param>
    /// <param name="Trainer">Which trainer.</param>
    /// <param name="Seed">Which repetition.</param>
    /// <param name="On">What it is trained on.</param>
    /// <param name="Rows">The rows.</param>
    /// <param name="Added">The synthetic rows of the augmentation sweep; 0 for all else.</param>
    private readonly record struct Training(int Number, int Trainer, int Seed, string On, RowList Rows, int Added);
}
