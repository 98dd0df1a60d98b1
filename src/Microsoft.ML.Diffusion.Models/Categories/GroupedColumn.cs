using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Categories;

/// <summary>A column with many categories: the groups that stand in for its values while a method learns, and what chooses a value of a
/// group by the other columns of a row.</summary>
/// <remarks>The choice is that of naive Bayes: how often a value occurs, times how likely each other column is given it. Columns are not
/// independent, so that the product is too sure of itself; how much its logarithm counts is chosen on rows that are held back.</remarks>
internal sealed class GroupedColumn
{
    private const int MostBins = 256, MostFeatures = 64, HoldBackEvery = 5, MostHeldBack = 4000;
    private const ulong HoldBackStream = 0x484F4C44;

    // Numbers that are kept: 32 megabytes where all columns tell something of a column with a hundred thousand values.
    private const long MostCells = 1 << 23, MostCellsOfFeature = 1 << 20;

    // Up to so many values are compared with each other for a guess, beyond those of the method's group, which counts as if it were 20
    // times as likely as its frequency says.
    private const int MostCompared = 5000;
    private const float Trust = 3;

    private static readonly float[] s_weights = [0, 0.25f, 0.5f, 0.75f, 1];

    private readonly int[] _groupOf;
    private readonly int[][] _groups;
    private readonly float[] _logCounts;
    private readonly FeatureLikelihood[] _features;
    private readonly int[] _observed;

    // How much the other columns count within a group, and among all values.
    private readonly float _weight, _wideWeight;

    private GroupedColumn(int source, int[] groupOf, float[] logCounts, FeatureLikelihood[] features, float weight, float wideWeight)
    {
        (Source, _groupOf, _logCounts, _features, _weight, _wideWeight) = (source, groupOf, logCounts, features, weight, wideWeight);
        _observed = [.. Enumerable.Range(0, groupOf.Length).Where(value => groupOf[value] >= 0)];
        _groups = [.. groupOf.Index().Where(each => each.Item >= 0).GroupBy(each => each.Item, each => each.Index)
            .OrderBy(group => group.Key).Select(group => group.ToArray())];
    }

    /// <summary>The column's place in the table.</summary>
    public int Source { get; }

    /// <summary>The number of groups.</summary>
    public int GroupCount => _groups.Length;

    /// <summary>The column of the groups.</summary>
    /// <param name="column">The column of the values.</param>
    public TableColumn Grouped(TableColumn column) => TableColumn.Categorical(column.Name, _groups.Select(group => group.Length == 1
        ? column.Categories[group[0]]
        : $"{column.Categories[group[0]]} and {group.Length - 1} others"));

    /// <summary>The group of a value; <see cref="GroupCount"/> for one that was never seen, NaN for a missing one.</summary>
    public double GroupOf(double value)
    {
        if (double.IsNaN(value))
            return value;
        int group = value >= 0 && value < _groupOf.Length && value == (int)value ? _groupOf[(int)value] : -1;
        return group < 0 ? GroupCount : group;
    }

    /// <summary>Draws a value of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="row">The other cells of the row; NaN where nothing is known.</param>
    /// <param name="random">Draws the value.</param>
    public int Draw(int group, ReadOnlySpan<double> row, Philox random)
    {
        ReadOnlySpan<int> values = _groups[group];
        if (values.Length == 1)
            return values[0];
        float[] scores = Scores(values, row, _weight);
        double left = random.Uniform((ulong)Source) * Exponentials(scores, scores.Max());
        int chosen = 0;
        while (chosen < scores.Length - 1 && (left -= scores[chosen]) >= 0)
            chosen++;
        return values[chosen];
    }

    /// <summary>Whether a value, or NaN, is in a group with others.</summary>
    public bool IsOneOfSeveral(double value) => GroupOf(value) is var group && group < GroupCount && _groups[(int)group].Length > 1;

    /// <summary>The logarithm of how probable a value is among those of its group; 0 where it is alone or was never seen.</summary>
    /// <param name="value">The value, or NaN.</param>
    /// <param name="row">The cells of the row; NaN where nothing is known.</param>
    public double LogProbability(double value, ReadOnlySpan<double> row)
    {
        if (!IsOneOfSeveral(value))
            return 0;
        int[] values = _groups[_groupOf[(int)value]];
        return LogProbability(Array.IndexOf(values, (int)value), Scores(values, row, _weight));
    }

    /// <summary>The most probable value, given that a method takes a group for the most probable one.</summary>
    /// <param name="group">The group.</param>
    /// <param name="groupProbability">How probable it is; used for the answer's probability alone.</param>
    /// <param name="row">The other cells of the row; NaN where nothing is known.</param>
    public (int Value, double Probability) Guess(int group, double groupProbability, ReadOnlySpan<double> row)
    {
        int[] values = _groups[group];
        float[] scores = Scores(values, row, _weight);
        int best = Array.IndexOf(scores, scores.Max());
        double probability = groupProbability / Exponentials(scores, scores[best]);
        if (!IsCompared(_observed.Length))
            return (values[best], probability);
        float[] all = Scores(_observed, row, _wideWeight);
        for (int i = 0; i < all.Length; i++)
            all[i] += _groupOf[_observed[i]] == group ? Trust : 0;
        int value = Array.IndexOf(all, all.Max());
        double wide = 1 / Exponentials(all, all[value]);
        // The method and this comparison each leave out what the other knows: the surer of the two knows more.
        return (_observed[value], _observed[value] == values[best] ? Math.Max(probability, wide) : wide);
    }

    /// <summary>Learns the groups of a column.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="column">The column.</param>
    /// <param name="cancel">Stops the work.</param>
    public static GroupedColumn Fit(ITableRows rows, int column, CancellationToken cancel)
    {
        TableColumn description = rows.Columns[column];
        int[] codes = new int[rows.RowCount], counts = new int[description.Categories.Count];
        for (int row = 0; row < codes.Length; row++)
        {
            double value = rows[row, column];
            codes[row] = description.Holds(value) ? (int)value : -1;
            if (codes[row] >= 0)
                counts[codes[row]]++;
        }
        List<FeatureStatistics> statistics = Telling(rows, column, codes, counts.Length, cancel);
        int[] groupOf = ValueBisection.GroupsOf(counts, statistics, cancel);
        int groups = groupOf.Max() + 1;
        (float weight, float wideWeight) = WeightsOf(rows, column, codes, groupOf, statistics, cancel);
        FeatureLikelihood[] features = [.. statistics.Select(each => each.ToLikelihood(groupOf, groups))];
        return new GroupedColumn(column, groupOf, Logarithms(counts), features, weight, wideWeight);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Source);
        writer.WriteArray(_groupOf);
        writer.WriteArray(_logCounts);
        writer.Write(_weight);
        writer.Write(_wideWeight);
        writer.Write(_features.Length);
        foreach (FeatureLikelihood feature in _features)
            feature.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="columns">The columns of the table.</param>
    public static GroupedColumn Load(BinaryReader reader, IReadOnlyList<TableColumn> columns)
    {
        int source = reader.ReadPlace(columns.Count, "a column of many categories");
        int[] groupOf = reader.ReadArray<int>();
        CheckedReading.Require(
            columns[source].Kind == ColumnKind.Categorical && groupOf.Length == columns[source].Categories.Count,
            "a column of many categories has others");
        int[] groups = [.. groupOf.Where(group => group >= 0).Distinct().Order()];
        CheckedReading.Require(
            groups.Length is > 0 and <= TableEncoder.MostCategories && groups[^1] == groups.Length - 1,
            "the groups of categories make no sense");
        float[] logCounts = reader.ReadFiniteSingles("frequencies of categories", groupOf.Length);
        float weight = reader.ReadSingle(), wideWeight = reader.ReadSingle();
        CheckedReading.Require(weight is >= 0 and <= 1 && wideWeight is >= 0 and <= 1, "a weight is not between 0 and 1");
        FeatureLikelihood[] features = reader.ReadItems(
            sizeof(int), "columns that tell categories apart", each => FeatureLikelihood.Load(each, columns, groupOf.Length));
        return new GroupedColumn(source, groupOf, logCounts, features, weight, wideWeight);
    }

    private static bool IsCompared(int values) => values <= MostCompared;

    private float[] Scores(ReadOnlySpan<int> values, ReadOnlySpan<double> row, float weight)
    {
        float[] scores = new float[values.Length];
        for (int i = 0; i < scores.Length; i++)
            scores[i] = _logCounts[values[i]];
        foreach (FeatureLikelihood feature in _features)
        {
            float x = weight == 0 ? float.NaN : feature.Feature.Of(row[feature.Feature.Source]);
            if (!float.IsNaN(x))
                feature.AddTo(x, weight, values, scores);
        }
        return scores;
    }

    private static double LogProbability(int place, float[] scores)
    {
        float own = scores[place], largest = scores.Max();
        return own - largest - Math.Log(Exponentials(scores, largest));
    }

    private static double Exponentials(float[] scores, float largest)
    {
        double sum = 0;
        for (int i = 0; i < scores.Length; i++)
            sum += scores[i] = MathF.Exp(scores[i] - largest);
        return sum;
    }

    // The other columns that tell values apart, the best first, as many as there is memory for.
    private static List<FeatureStatistics> Telling(ITableRows rows, int column, int[] codes, int values, CancellationToken cancel)
    {
        int bins = (int)Math.Clamp(MostCellsOfFeature / values, 8, MostBins);
        List<FeatureStatistics> kept = [];
        for (int other = 0; other < rows.Columns.Count; other++)
        {
            cancel.ThrowIfCancellationRequested();
            if (other == column || RowFeature.Fit(rows, other, bins) is not { } feature)
                continue;
            var statistics = FeatureStatistics.Of(feature, codes, values, row => rows[row, feature.Source]);
            if (statistics.Explained <= 0)
                continue;
            int place = kept.FindIndex(each => each.Explained < statistics.Explained);
            kept.Insert(place < 0 ? kept.Count : place, statistics);
            while (kept.Count > MostFeatures || (kept.Count > 1 && kept.Sum(each => each.Size) > MostCells))
                kept.RemoveAt(kept.Count - 1);
        }
        return kept;
    }

    // How much the other columns count: what makes the true values of rows that were held back most likely.
    private static (float Weight, float WideWeight) WeightsOf(
        ITableRows rows, int column, int[] codes, int[] groupOf, List<FeatureStatistics> all, CancellationToken cancel)
    {
        if (all.Count == 0)
            return (0, 0);
        // Drawn, since the values of many tables come round: the same cities year after year.
        var random = new Philox(HoldBackStream, (ulong)column);
        bool[] isHeldBack = [.. Enumerable.Range(0, codes.Length).Select(row => random.Below((ulong)row, HoldBackEvery) == 0)];
        int[] learnt = [.. codes.Select((code, row) => isHeldBack[row] ? -1 : code)];
        int[] counts = new int[groupOf.Length];
        foreach (int code in learnt.Where(code => code >= 0))
            counts[code]++;
        int groups = groupOf.Max() + 1;
        FeatureLikelihood[] features = [.. all.Select(each => FeatureStatistics
            .Of(each.Feature, learnt, counts.Length, row => rows[row, each.Feature.Source]).ToLikelihood(groupOf, groups))];
        var trial = new GroupedColumn(column, groupOf, Logarithms(counts), features, 1, 1);
        double[] own = new double[s_weights.Length], wide = new double[s_weights.Length], cells = new double[rows.Columns.Count];
        int[] tried = [.. Enumerable.Range(0, codes.Length).Where(row => isHeldBack[row] && codes[row] >= 0 && counts[codes[row]] > 0)];
        int step = Math.Max(1, tried.Length / MostHeldBack);
        for (int place = 0; place < tried.Length; place += step)
        {
            cancel.ThrowIfCancellationRequested();
            int row = tried[place];
            for (int i = 0; i < cells.Length; i++)
                cells[i] = rows[row, i];
            trial.AddLikelihoods(codes[row], trial._groups[groupOf[codes[row]]], cells, own);
            if (IsCompared(trial._observed.Length))
                trial.AddLikelihoods(codes[row], trial._observed, cells, wide);
        }
        return (Best(own), Best(wide));

        static float Best(double[] sums) => s_weights[Array.IndexOf(sums, sums.Max())];
    }

    // The logarithm of the probability of a value among some, for each weight.
    private void AddLikelihoods(int value, int[] values, double[] row, double[] sums)
    {
        int place = Array.IndexOf(values, value);
        for (int i = 0; values.Length > 1 && i < sums.Length; i++)
        {
            sums[i] += LogProbability(place, Scores(values, row, s_weights[i]));
        }
    }

    // A value that does not occur is as good as impossible.
    private static float[] Logarithms(int[] counts) => [.. counts.Select(count => count > 0 ? MathF.Log(count) : -100)];
}
