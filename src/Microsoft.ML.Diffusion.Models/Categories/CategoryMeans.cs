using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Categories;

/// <summary>The mean of a number in each category of a column, and in each group of categories.</summary>
/// <remarks>A category with few rows has a mean near that of its group: between-category and within-category variance decide how near, as
/// in an analysis of variance with random effects.</remarks>
internal sealed class CategoryMeans
{
    private const double MostBorrowed = 50;

    private readonly int[] _counts;
    private readonly double[] _means, _groupMeans, _groupCounts;
    private readonly GroupedColumn _column;
    private readonly double _borrowed;

    /// <param name="rows">The rows.</param>
    /// <param name="source">The place of the number.</param>
    /// <param name="column">The column of the categories.</param>
    public CategoryMeans(ITableRows rows, int source, GroupedColumn column)
    {
        int values = rows.Columns[column.Source].Categories.Count;
        (Source, _column, _counts, _means) = (source, column, new int[values], new double[values]);
        (_groupMeans, _groupCounts) = (new double[column.GroupCount], new double[column.GroupCount]);
        double all = 0, count = 0, total = 0, within = 0;
        for (int row = 0; row < rows.RowCount; row++)
        {
            double x = rows[row, source];
            if (double.IsNaN(x) || !IsSeen(rows[row, column.Source]))
                continue;
            int value = (int)rows[row, column.Source];
            double difference = x - _means[value];
            _means[value] += difference / ++_counts[value];
            within += difference * (x - _means[value]);
            difference = x - all;
            all += difference / ++count;
            total += difference * (x - all);
            (Least, Most) = (Math.Min(Least, x), Math.Max(Most, x));
        }
        int[] seen = [.. Enumerable.Range(0, values).Where(value => _counts[value] > 0)];
        foreach (int value in seen)
            AddTo(_groupMeans, _groupCounts, GroupOf(value), _means[value], _counts[value]);
        double squares = 0, shared = 0;
        foreach (int value in seen)
        {
            double difference = _means[value] - _groupMeans[GroupOf(value)];
            squares += _counts[value] * difference * difference;
            shared += _counts[value] * (_counts[value] / _groupCounts[GroupOf(value)]);
        }
        for (int group = 0; group < _groupMeans.Length; group++)
            _groupMeans[group] = _groupCounts[group] > 0 ? _groupMeans[group] : all;
        double free = count - seen.Length;
        double noise = free > 0 ? within / free : double.PositiveInfinity;
        double between = count > shared ? (squares - (seen.Length - _groupCounts.Count(rows => rows > 0)) * noise) / (count - shared) : 0;
        _borrowed = between > 0 ? Math.Min(MostBorrowed, noise / between) : MostBorrowed;
        Explained = free > 1 && total > 0 ? 1 - noise * (count - 1) / total : 0;
    }

    /// <summary>The place of the number.</summary>
    public int Source { get; }

    /// <summary>The place of the column of the categories.</summary>
    public int Category => _column.Source;

    /// <summary>The share of the number's variance that the category explains, without bias; 0 or less where it tells nothing.</summary>
    public double Explained { get; }

    /// <summary>The least number that was observed.</summary>
    public double Least { get; } = double.PositiveInfinity;

    /// <summary>The greatest number that was observed.</summary>
    public double Most { get; } = double.NegativeInfinity;

    /// <summary>Whether a cell holds a category of the training rows.</summary>
    public bool IsSeen(double cell) => _column.GroupOf(cell) < _column.GroupCount;

    /// <summary>How many rows of a category have the number.</summary>
    public int CountOf(double cell) => _counts[(int)cell];

    /// <summary>The mean of a category and that of its group.</summary>
    public (double Own, double Group) Of(int value)
    {
        double group = _groupMeans[GroupOf(value)];
        return (Shrunk(_means[value], _counts[value], group), group);
    }

    /// <summary>The same without one row of the category, so that the row does not tell its own number.</summary>
    /// <param name="value">A category with two rows or more.</param>
    /// <param name="x">The number of the row.</param>
    public (double Own, double Group) Without(int value, double x)
    {
        int count = _counts[value], group = GroupOf(value);
        double rest = _groupMeans[group] + (_groupMeans[group] - x) / (_groupCounts[group] - 1);
        return (Shrunk(_means[value] + (_means[value] - x) / (count - 1), count - 1, rest), rest);
    }

    private double Shrunk(double mean, int count, double group) =>
        count == 0 ? group : (count * mean + _borrowed * group) / (count + _borrowed);

    private int GroupOf(int value) => (int)_column.GroupOf(value);

    private static void AddTo(double[] means, double[] counts, int place, double mean, int count)
    {
        counts[place] += count;
        means[place] += (mean - means[place]) * count / counts[place];
    }
}
