using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Categories;

/// <summary>Corrects a number that a method has filled in by what it knows of the row's group of categories alone: the mean of the category
/// itself is added, as far as cells that were held back say that it helps.</summary>
/// <remarks>With the method's answer y, the category's mean c and its group's mean g the number becomes y + a (c - g) + b (g - y). A method
/// that knows the groups well has b near 0; one that has learnt the number from other columns has a near 0 too. Both are found by least
/// squares, as the weights of stacked regressions are (Breiman 1996).</remarks>
internal sealed class CategoryCorrection
{
    // The error must fall by so much, or what is seen may be chance.
    private const double MostErrorLeft = 0.98;
    private const int FewestCells = 20, Rounds = 100;

    // Of each category: NaN where it is not in the training rows.
    private readonly double[] _means, _groupMeans;
    private readonly double _least, _most, _own, _group;

    private CategoryCorrection(
        int source, int category, double[] means, double[] groupMeans, double least, double most, double own, double group, double spread)
    {
        (Source, Category, _means, _groupMeans, Spread) = (source, category, means, groupMeans, spread);
        (_least, _most, _own, _group) = (least, most, own, group);
    }

    /// <summary>The place of the number.</summary>
    public int Source { get; }

    /// <summary>The place of the column of the categories.</summary>
    public int Category { get; }

    /// <summary>The error that is left, as a share of the method's own: what its intervals and its draws are narrowed by.</summary>
    public double Spread { get; }

    /// <summary>Whether the correction knows something of a row.</summary>
    /// <param name="row">The row as it came.</param>
    public bool Concerns(ReadOnlySpan<double> row) => double.IsNaN(row[Source]) && row[Category] is var cell && cell >= 0 &&
        cell < _means.Length && !double.IsNaN(_means[(int)cell]);

    /// <summary>The corrected number.</summary>
    /// <param name="number">The method's best guess.</param>
    /// <param name="category">The category of the row.</param>
    public double Correct(double number, double category)
    {
        double mean = _means[(int)category], group = _groupMeans[(int)category];
        return Within(number + _own * (mean - group) + _group * (group - number));
    }

    /// <summary>The corrected draw: as far from the corrected guess as the draw is from the method's guess, narrowed.</summary>
    /// <param name="drawn">The method's draw.</param>
    /// <param name="number">The method's best guess.</param>
    /// <param name="category">The category of the row.</param>
    public double Correct(double drawn, double number, double category) =>
        Within(Correct(number, category) + Spread * (drawn - number));

    /// <summary>Corrects how sure a number is.</summary>
    /// <param name="uncertainty">How sure the method is.</param>
    /// <param name="number">The method's best guess.</param>
    /// <param name="category">The category of the row.</param>
    public CellUncertainty Correct(CellUncertainty uncertainty, double number, double category)
    {
        double own = Correct(number, category);
        return CellUncertainty.OfNumber(own + Spread * (uncertainty.Lower - number), own + Spread * (uncertainty.Upper - number),
            Spread * uncertainty.StandardDeviation);
    }

    /// <summary>Learns how much to correct; null where nothing is gained.</summary>
    /// <param name="means">The means of the categories.</param>
    /// <param name="valueCount">How many categories the column has.</param>
    /// <param name="cells">Cells that the method did not see: their category, their number, the method's answer, and how many
    /// cells each stands for.</param>
    public static CategoryCorrection? Fit(
        CategoryMeans means, int valueCount, IReadOnlyList<(int Value, double Truth, double Guess, double Weight)> cells)
    {
        if (cells.Count < FewestCells)
            return null;
        double xx = 0, xy = 0, yy = 0, xr = 0, yr = 0, rr = 0;
        foreach ((int value, double truth, double guess, double weight) in cells)
        {
            (double mean, double group) = means.Without(value, truth);
            double root = Math.Sqrt(weight);
            (double x, double y, double r) = (root * (mean - group), root * (group - guess), root * (truth - guess));
            (xx, xy, yy, xr, yr, rr) = (xx + x * x, xy + x * y, yy + y * y, xr + x * r, yr + y * r, rr + r * r);
        }
        // Coordinate descent: two weights between 0 and 1.
        double a = 0, b = 0;
        for (int round = 0; round < Rounds; round++)
        {
            a = xx > 0 ? Math.Clamp((xr - b * xy) / xx, 0, 1) : 0;
            b = yy > 0 ? Math.Clamp((yr - a * xy) / yy, 0, 1) : 0;
        }
        double left = rr - 2 * (a * xr + b * yr) + a * a * xx + 2 * a * b * xy + b * b * yy;
        double spread = Math.Sqrt(Math.Max(0, left) / rr);
        if (!(spread <= MostErrorLeft))
            return null;
        double[] own = new double[valueCount], groups = new double[valueCount];
        for (int value = 0; value < valueCount; value++)
            (own[value], groups[value]) = means.IsSeen(value) ? means.Of(value) : (double.NaN, double.NaN);
        return new CategoryCorrection(means.Source, means.Category, own, groups, means.Least, means.Most, a, b, spread);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Source);
        writer.Write(Category);
        writer.WriteArray(_means);
        writer.WriteArray(_groupMeans);
        foreach (double number in (ReadOnlySpan<double>)[_least, _most, _own, _group, Spread])
            writer.Write(number);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="columns">The columns of the table.</param>
    public static CategoryCorrection Load(BinaryReader reader, IReadOnlyList<TableColumn> columns)
    {
        int source = reader.ReadPlace(columns.Count, "a number that is corrected");
        int category = reader.ReadPlace(columns.Count, "a column of many categories");
        CheckedReading.Require(columns[source].Kind == ColumnKind.Numeric && columns[category].Kind == ColumnKind.Categorical,
            "a number is not corrected by a category");
        double[] means = reader.ReadArray<double>(), groups = reader.ReadArray<double>();
        CheckedReading.Require(means.Length == columns[category].Categories.Count && groups.Length == means.Length,
            "there is not a mean of each category");
        for (int value = 0; value < means.Length; value++)
            CheckedReading.Require(!double.IsInfinity(means[value]) && double.IsNaN(means[value]) != double.IsFinite(groups[value]),
                "the mean of a category is not finite");
        double least = reader.ReadFinite("a least number"), most = reader.ReadFinite("a greatest number");
        double own = reader.ReadDouble(), group = reader.ReadDouble(), spread = reader.ReadDouble();
        CheckedReading.Require(least <= most && own is >= 0 and <= 1 && group is >= 0 and <= 1 && spread is >= 0 and <= 1,
            "the weights of a correction make no sense");
        return new CategoryCorrection(source, category, means, groups, least, most, own, group, spread);
    }

    private double Within(double number) => Math.Clamp(number, _least, _most);
}
