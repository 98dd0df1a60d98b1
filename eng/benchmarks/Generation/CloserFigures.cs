using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>What sets made rows apart from real ones beyond the shapes of columns and pairs.</summary>
/// <param name="Repeated">Of numbers that two or more real rows have: the sum of the differences of their shares over the sum of their
/// shares; the mean of the columns that have any.</param>
/// <param name="Tail">The mean of |log| of the made share beyond a column's 1st and 99th percentile over the real share, where 30 real rows
/// or more lie there.</param>
/// <param name="LeastTail">The smallest such ratio.</param>
/// <param name="MostTail">The largest such ratio.</param>
/// <param name="Unseen">Share of rows with a pair of categories that no training row has together.</param>
/// <param name="Rare">Of categories with less than 2 % of the real rows, as <paramref name="Repeated"/>.</param>
/// <param name="Missing">The largest difference of the share of missing cells of a column.</param>
internal sealed record CloserFigures(
    double Repeated, double Tail, double LeastTail, double MostTail, double Unseen, double Rare, double Missing)
{
    private const int FewestRepeats = 2, FewestBeyond = 30, Folds = 3;
    private const double RareShare = 0.02;

    /// <summary>Measures rows.</summary>
    public static CloserFigures Of(Table real, Table made)
    {
        List<double> repeated = [], rare = [], ratios = [];
        double missing = 0;
        for (int column = 0; column < real.Columns.Count; column++)
        {
            double[] own = Observed(real, column), other = Observed(made, column);
            missing = Math.Max(missing, Math.Abs((double)own.Length / real.RowCount - (double)other.Length / made.RowCount));
            if (own.Length == 0)
                continue;
            bool isNumber = real.Columns[column].Kind == ColumnKind.Numeric;
            int least = isNumber ? FewestRepeats : 1;
            double most = isNumber ? real.RowCount : RareShare * real.RowCount;
            Dictionary<double, int> counts = Counts(own), madeCounts = Counts(other);
            double[] values = [.. counts.Where(pair => pair.Value >= least && pair.Value <= most).Select(pair => pair.Key)];
            if (values.Length > 0)
            {
                double all = values.Sum(value => (double)counts[value] / real.RowCount);
                double off = values.Sum(value => Math.Abs((double)counts[value] / real.RowCount
                    - (double)madeCounts.GetValueOrDefault(value) / made.RowCount));
                (isNumber ? repeated : rare).Add(off / all);
            }
            if (!isNumber)
                continue;
            Array.Sort(own);
            double low = own[(int)(0.01 * own.Length)], high = own[Math.Min(own.Length - 1, (int)(0.99 * own.Length))];
            AddRatio(own.Count(value => value > high), other.Count(value => value > high));
            AddRatio(own.Count(value => value < low), other.Count(value => value < low));

            void AddRatio(int beyond, int madeBeyond)
            {
                if (beyond >= FewestBeyond)
                    ratios.Add(Math.Max(madeBeyond, 1.0) / made.RowCount / ((double)beyond / real.RowCount));
            }
        }
        return new CloserFigures(
            Mean(repeated), Mean([.. ratios.Select(ratio => Math.Abs(Math.Log(ratio)))]), ratios.DefaultIfEmpty(1).Min(),
            ratios.DefaultIfEmpty(1).Max(), UnseenIn(real, made), Mean(rare), missing);
    }

    /// <summary>1 - (2 AUC - 1) of boosted trees that tell made rows from real ones, each row judged by trees that have not seen
    /// it.</summary>
    public static double Detection(Table real, Table made)
    {
        MLContext ml = new(seed: 1);
        int rows = Math.Min(real.RowCount, made.RowCount);
        int[] order = new int[2 * rows];
        new Philox(1, 0).Permutation(order);
        Row[] all = [.. order.Select(i => new Row
        {
            IsReal = i < rows,
            Features = Features(i < rows ? real : made, i < rows ? i : i - rows),
        })];
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, all[0].Features.Length);
        double sum = 0;
        for (int fold = 0; fold < Folds; fold++)
        {
            int own = fold;
            IDataView training = ml.Data.LoadFromEnumerable(all.Where((_, i) => i % Folds != own).ToArray(), schema);
            IDataView tested = ml.Data.LoadFromEnumerable(all.Where((_, i) => i % Folds == own).ToArray(), schema);
            var trainer = ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
            {
                NumberOfIterations = 100,
                LearningRate = 0.3,
                NumberOfLeaves = 48,
                MinimumExampleCountPerLeaf = 2,
                LabelColumnName = nameof(Row.IsReal),
                FeatureColumnName = nameof(Row.Features),
            });
            sum += ml.BinaryClassification.Evaluate(trainer.Fit(training).Transform(tested), nameof(Row.IsReal)).AreaUnderRocCurve / Folds;
        }
        return 1 - (2 * Math.Max(sum, 0.5) - 1);
    }

    private static float[] Features(Table table, int row)
    {
        List<float> features = [];
        for (int column = 0; column < table.Columns.Count; column++)
        {
            double value = table[row, column];
            if (table.Columns[column].Kind == ColumnKind.Numeric)
                features.Add((float)value);
            else
                features.AddRange(Enumerable.Range(0, table.Columns[column].Categories.Count).Select(code => code == value ? 1f : 0));
        }
        return [.. features];
    }

    /// <summary>The share of rows with a pair of categories that no row of a table has.</summary>
    private static double UnseenIn(Table training, Table rows)
    {
        int[] categories = [.. Enumerable.Range(0, training.Columns.Count).Where(i => training.Columns[i].Kind == ColumnKind.Categorical)];
        HashSet<(int, double, int, double)> seen = [];
        for (int row = 0; row < training.RowCount; row++)
        {
            foreach ((int, double, int, double) pair in Pairs(training, row, categories))
                seen.Add(pair);
        }
        return Enumerable.Range(0, rows.RowCount).Average(row => Pairs(rows, row, categories).Any(pair => !seen.Contains(pair)) ? 1.0 : 0);
    }

    private static IEnumerable<(int, double, int, double)> Pairs(Table table, int row, int[] columns)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                (double first, double second) = (table[row, columns[i]], table[row, columns[j]]);
                if (!double.IsNaN(first) && !double.IsNaN(second))
                    yield return (i, first, j, second);
            }
        }
    }

    private static double Mean(List<double> values) => values.Count == 0 ? 0 : values.Average();

    private static double[] Observed(Table table, int column) =>
        [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, column]).Where(value => !double.IsNaN(value))];

    private static Dictionary<double, int> Counts(double[] values)
    {
        Dictionary<double, int> counts = [];
        foreach (double value in values)
            counts[value] = counts.GetValueOrDefault(value) + 1;
        return counts;
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public bool IsReal { get; set; }
    }
}
