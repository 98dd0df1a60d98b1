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
        _test = label.Labelled(RowList.Of(tables.Test));
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
        // Of the models on real rows, alone and with synthetic ones, what is needed to compare them on resampled test rows.
        ResampledMetric[][] onReal = [.. _trainers.Select(_ => new ResampledMetric[_options.Seeds])];
        ResampledMetric[][] onBoth = [.. _trainers.Select(_ => new ResampledMetric[_options.Seeds])];
        for (int t = 0; t < _trainers.Length; t++)
        {
            NamedTrainer trainer = _trainers[t];
            for (int seed = 0; seed < _options.Seeds; seed++)
            {
                foreach ((string on, RowList rows) in TrainingSets(seed))
                {
                    Prediction prediction = TrainAndJudge(trainer, seed, on, rows);
                    Add(found, order, (trainer.Name, on, rows.Count), prediction.Metrics);
                    if (string.Equals(on, UtilityScore.Both, StringComparison.Ordinal))
                        onBoth[t][seed] = prediction.MainMetric;
                    if (!string.Equals(on, UtilityScore.Real, StringComparison.Ordinal))
                        continue;
                    onReal[t][seed] = prediction.MainMetric;
                    if (_added.Contains(0))
                        Add(sweep, sweepOrder, (trainer.Name, 0), prediction.Metrics);
                }

                foreach (int added in _added.Where(rows => rows > 0))
                {
                    RowList rows = Ordered(_real.Then(Chosen(seed, added)), seed);
                    Add(sweep, sweepOrder, (trainer.Name, added), TrainAndJudge(trainer, seed, $"{added} more rows", rows).Metrics);
                }
            }
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
        string? undefined = TestLabels.WhyUndefined(_test, _label);
        return new(_label.Task, _label.Classes, _label.PositiveClass, _label.Metrics[0], _options.Seeds, scores, points)
        {
            TestRows = _test.Count,
            UndefinedReason = undefined,
            AddedMinusReal = undefined is null
                ? PairedBootstrap.Compare(onBoth, onReal, _test.Count, _seed, _options.CancellationToken)
                : null,
            Notes = [.. TestLabels.Notes(_real, _test, _label)],
        };
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

    private Prediction TrainAndJudge(NamedTrainer trainer, int seed, string on, RowList rows) =>
        _stages.Run($"{trainer.Name} on {on}", rows.Count, () =>
        {
            // What cannot be told apart cannot be trained on; the answer is always the same.
            if (_label.Task != LabelTask.Regression && IsOneClass(rows))
                return Predictions.JudgeConstant(rows, _test, _label);
            ITransformer model = trainer.Make(seed).Fit(FeatureView.Of(rows, _featurizer, _label));
            Prediction prediction = Predictions.Judge(model, _test, _featurizer, _label);
            (model as IDisposable)?.Dispose();
            return prediction;
        });

    private bool IsOneClass(RowList rows)
    {
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
}
