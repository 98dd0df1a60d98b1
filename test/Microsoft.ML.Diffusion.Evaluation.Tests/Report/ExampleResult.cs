using Microsoft.ML.Diffusion.Evaluation.Fidelity;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

/// <summary>A result with something in every part, made up: figures are drawn, not measured.</summary>
internal static class ExampleResult
{
    private const int Numbers = 6;

    /// <param name="columns">How many columns; the last third are categories.</param>
    /// <param name="name">The name of column i; null for "column i".</param>
    public static EvaluationResult Build(int columns = 10, Func<int, string>? name = null)
    {
        string[] names = [.. Enumerable.Range(0, columns).Select(name ?? (i => $"column {i}"))];
        ColumnDistribution[] distributions = [.. names.Select((column, i) => i < 2 * columns / 3 ? Number(column, i) : Category(column, i))];
        double[][] real = Matrix(columns, seed: 1, scale: .9);
        double[][] synthetic = [.. real.Select((row, i) => row.Select((value, j) =>
            i == j ? value : value - .3 * Draw(2, Math.Min(i, j), Math.Max(i, j)) * value).ToArray())];
        double[][] difference = [.. real.Select((row, i) => row.Select((value, j) => Math.Abs(value - synthetic[i][j])).ToArray())];
        double[][] trends = [.. difference.Select((row, i) => row.Select((value, j) => i == j ? 1 : 1 - value / 2).ToArray())];
        return new EvaluationResult(
            EvaluationResult.CurrentSchemaVersion,
            new EvaluationSetup(5000, 4500, 16281, columns, names[^1], 7, 41.5),
            [
                new Verdict("Overall", VerdictGrade.Fair, "Would I use these rows instead of the real ones?",
                    "To develop and to teach, yes; to report a result, no: models learnt from them reach 0.881 AUC instead of 0.903."),
                new Verdict("Utility", VerdictGrade.Good, "Can a model learn from them?", "Nearly as well as from real rows."),
                new Verdict("Fidelity", VerdictGrade.Fair, "Do they look like real rows?",
                    "Column by column they do; boosted trees tell them apart (AUC 0.742)."),
                new Verdict("Privacy", VerdictGrade.Poor, "Do they give real rows away?",
                    "2.1 % are exact copies, ten times as many as among held-out rows."),
            ],
            Utility(),
            new FidelityResult(Scores("synthetic", 3), [Scores("half of real", 4), Scores("smote", 5)],
                [.. distributions.Select((column, i) => new ColumnShape(
                    column.Column, column.Kind == ColumnKind.Numeric ? "ksComplement" : "tvComplement",
                    .99 - .2 * Draw(6, i), 1 - .1 * Draw(7, i), column.Kind == ColumnKind.Numeric ? 0 : 3,
                    column.Kind == ColumnKind.Numeric ? 0 : 2))],
                new PairTrends(names, trends, Matrix(columns, seed: 8, scale: .8), .5, .3),
                [.. names.Skip(2 * columns / 3).Select((column, i) => new DimensionProbability(
                    column, "yes", .5 * Draw(9, i), .5 * Draw(9, i) + .05 * Draw(10, i)))]),
            distributions,
            new CorrelationComparison(names, real, synthetic, difference, difference.SelectMany(row => row).Average()),
            new MissingnessComparison(.0731, .0686,
                [new([], .7412, .7523), new([names[0]], .1213, .1102), new([names[0], names[2]], .0842, .0916), new([names[1]], .0311, .0244)], 3),
            new PrivacyResult(4500, 5000, Quantiles(11), Quantiles(12), Quantiles(13), .5312, Quantiles(14), Quantiles(15),
                .0212, .0021, .0333, .0187,
                .01, .5423, .0123, .0234, new DistanceHistogram([.. Enumerable.Range(0, 31).Select(i => i / 10.0)], Bump(30, 9), Bump(30, 10), Bump(30, 11)))
            {
                Yardsticks = [new("smote", .6852, .1021, .2543), new("cart", .5751, .0722, .1321)],
            });
    }

    private static UtilityResult Utility()
    {
        string[] trainers = ["logistic regression", "FastTree", "LightGbm", "FastForest"];
        string[] kinds = [UtilityScore.Real, UtilityScore.Synthetic, UtilityScore.Both, UtilityScore.HalfOfReal, UtilityScore.Smote];
        string[] metrics = ["auc", "accuracy", "f1Weighted"];
        return new UtilityResult(LabelTask.Binary, ["<=50K", ">50K"], ">50K", "auc", 3,
            [
                .. from t in Enumerable.Range(0, trainers.Length)
                   from k in Enumerable.Range(0, kinds.Length)
                   from m in Enumerable.Range(0, metrics.Length)
                   select new UtilityScore(trainers[t], kinds[k], k == 2 ? 9500 : 5000, metrics[m],
                       .92 - .04 * m - .015 * t - .02 * (k % 3) * Draw(20 + m, t, k), .004 * Draw(30, t, k)),
                new UtilityScore("constant", UtilityScore.Real, 5000, "auc", .5, double.NaN),
            ],
            [
                .. from t in Enumerable.Range(0, trainers.Length)
                   from n in new[] { 0, 500, 1000, 2000, 4000 }
                   from m in new[] { "accuracy", "auc" }
                   select new AugmentationPoint(trainers[t], n, m,
                       (m == "auc" ? .9 : .8) - .01 * t + .002 * (t - 1) * n / 1000 + .002 * Draw(40, t, n), .001 + .002 * Draw(41, t, n)),
            ]);
    }

    private static ColumnDistribution Number(string column, int i)
    {
        double mean = 40 + 10 * (i % Numbers), deviation = 8 + 3 * (i % 4), shift = deviation * .6 * Draw(50, i);
        double[] edges = [.. Enumerable.Range(0, 25).Select(k => mean + deviation * (k - 12) / 4.0)];
        double[] At(double centre, IEnumerable<double> points) =>
            [.. points.Select(x => Math.Exp(-(x - centre) * (x - centre) / (2 * deviation * deviation)) / (deviation * Math.Sqrt(2 * Math.PI)))];
        double[] Shares(double centre) => [.. At(centre, edges.Skip(1).Zip(edges, (high, low) => (high + low) / 2))
            .Select(density => density * deviation / 4)];
        double[] points = [.. Enumerable.Range(0, 97).Select(k => mean + deviation * (k - 48) / 16.0)];
        return new ColumnDistribution(column, ColumnKind.Numeric,
            new CellSummary(i < 3 ? .2055 / (i + 1) : 0, mean, deviation, edges[0], mean, edges[^1], 72),
            new CellSummary(i < 3 ? .2018 / (i + 1) : 0, mean + shift, deviation, edges[0], mean + shift, edges[^1], 70),
            new HistogramPair(edges, Shares(mean), Shares(mean + shift)),
            new DensityPair(points, At(mean, points), At(mean + shift, points)), [], 0);
    }

    private static ColumnDistribution Category(string column, int i)
    {
        double[] weights = [.. Enumerable.Range(0, 3 + i % 7).Select(k => Math.Exp(-k * (.4 + Draw(60, i))))];
        double[] others = [.. weights.Select((weight, k) => weight * (.8 + .4 * Draw(61, i, k)))];
        double nan = double.NaN;
        return new ColumnDistribution(column, ColumnKind.Categorical,
            new CellSummary(0, nan, nan, nan, nan, nan, weights.Length), new CellSummary(0, nan, nan, nan, nan, nan, weights.Length), null, null,
            [.. weights.Select((weight, k) => new CategoryFrequency($"category {k}", weight / weights.Sum(), others[k] / others.Sum()))], i % 2);
    }

    private static FidelityScores Scores(string name, int seed) => new(
        name, 4500, .95 + .03 * Draw(seed, 0), .93 + .03 * Draw(seed, 1), .9 + .05 * Draw(seed, 2),
        .94 + .03 * Draw(seed, 3), .92 + .03 * Draw(seed, 4), .5 + .1 * Draw(seed, 5), .5 + .3 * Draw(seed, 6), 4500, .97, .82, .991, .214);

    private static QuantileSummary Quantiles(int seed)
    {
        double[] values = [.. Enumerable.Range(0, 8).Select(i => 2 * Draw(seed, i)).Order()];
        return new QuantileSummary(values[4], values[0], values[1], values[2], values[3], values[5], values[6], values[7]);
    }

    private static double[] Bump(int bins, double centre)
    {
        double[] weights = [.. Enumerable.Range(0, bins).Select(i => Math.Exp(-(i - centre) * (i - centre) / 30))];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static double[][] Matrix(int columns, int seed, double scale) =>
        [.. Enumerable.Range(0, columns).Select(i => Enumerable.Range(0, columns)
            .Select(j => i == j ? 1 : scale * Math.Pow(Draw(seed, Math.Min(i, j), Math.Max(i, j)), 3)).ToArray())];

    private static double Draw(int seed, int i, int j = 0) => new Philox((ulong)seed, (ulong)(i * 10_000 + j)).Uniform(0);
}
