using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>Measures how much synthetic rows resemble real ones: SDMetrics' column shapes, column pair trends and quality score, coverage,
/// and the probabilities of binary columns. What takes trained models, the detection figures, is left NaN for the caller.</summary>
public static class FidelityMetrics
{
    /// <summary>Measures synthetic rows.</summary>
    /// <param name="real">The real rows.</param>
    /// <param name="synthetic">The synthetic rows, in the same columns with the same categories.</param>
    /// <returns>The figures, with no yardstick beside them.</returns>
    /// <exception cref="ArgumentException">The columns differ.</exception>
    /// <exception cref="InvalidDataException">A table has no rows, or a number is infinite.</exception>
    public static FidelityResult Measure(Table real, Table synthetic) => Measure(real, synthetic, "synthetic");

    /// <summary>Measures rows under the name of a yardstick.</summary>
    /// <param name="real">The real rows.</param>
    /// <param name="other">The rows to hold against them, in the same columns with the same categories.</param>
    /// <param name="name"><see cref="FidelityScores.Name"/>.</param>
    /// <exception cref="ArgumentException">The columns differ.</exception>
    /// <exception cref="InvalidDataException">A table has no rows, or a number is infinite.</exception>
    public static FidelityResult Measure(Table real, Table other, string name)
    {
        ComparedTables.Require(real, other);
        ColumnCells[] first = ColumnCells.Of(real), second = ColumnCells.Of(other);
        ColumnShape[] shapes = [.. first.Zip(second, ShapeScore.Of)];
        PairTrends pairs = PairTrendScore.Of(first, second);
        (double allPairs, double associatedPairs) = PairTrendScore.Means(pairs, first);
        DimensionProbability[] dimensions = DimensionProbabilities.Of(first, second);
        (double correlation, double absoluteError) = DimensionProbabilities.Compare(dimensions);
        double mean = MeanOf(shapes.Select(shape => shape.Score));
        int rare = shapes.Sum(shape => shape.RareCategories);
        FidelityScores scores = new(
            name,
            other.RowCount,
            Shapes: mean,
            allPairs,
            associatedPairs,
            QualityAllPairs: MeanOf([mean, allPairs]),
            QualityAssociatedPairs: MeanOf([mean, associatedPairs]),
            DetectionLogistic: double.NaN,
            DetectionTrees: double.NaN,
            DetectionRows: 0,
            Coverage: MeanOf(shapes.Select(shape => shape.Coverage)),
            RareCategoryRecall: rare == 0 ? double.NaN : shapes.Sum(shape => shape.RareCategoriesFound) / (double)rare,
            correlation,
            absoluteError);
        return new(scores, [], shapes, pairs, dimensions);
    }

    /// <summary>How strongly the columns of both tables go together.</summary>
    /// <param name="real">The real rows.</param>
    /// <param name="synthetic">The synthetic rows, in the same columns with the same categories.</param>
    /// <exception cref="ArgumentException">The columns differ.</exception>
    /// <exception cref="InvalidDataException">A table has no rows, or a number is infinite.</exception>
    public static CorrelationComparison CompareCorrelations(Table real, Table synthetic)
    {
        ComparedTables.Require(real, synthetic);
        return CorrelationMatrices.Compare(ColumnCells.Of(real), ColumnCells.Of(synthetic));
    }

    /// <summary>Every column's distribution in both tables, to be drawn.</summary>
    /// <param name="real">The real rows.</param>
    /// <param name="synthetic">The synthetic rows, in the same columns with the same categories.</param>
    /// <exception cref="ArgumentException">The columns differ.</exception>
    /// <exception cref="InvalidDataException">A table has no rows, or a number is infinite.</exception>
    public static IReadOnlyList<ColumnDistribution> Distributions(Table real, Table synthetic)
    {
        ComparedTables.Require(real, synthetic);
        ColumnCells[] columns = ColumnCells.Of(real), made = ColumnCells.Of(synthetic);
        var distributions = new ColumnDistribution[columns.Length];
        ParallelLoop.Run(columns.Length, i => distributions[i] = ColumnDistributions.Of(columns[i], made[i]));
        return distributions;
    }

    /// <summary>Which cells are missing together in both tables.</summary>
    /// <param name="real">The real rows.</param>
    /// <param name="synthetic">The synthetic rows, in the same columns with the same categories.</param>
    /// <exception cref="ArgumentException">The columns differ.</exception>
    /// <exception cref="InvalidDataException">A table has no rows, or a number is infinite.</exception>
    public static MissingnessComparison CompareMissingness(Table real, Table synthetic)
    {
        ComparedTables.Require(real, synthetic);
        return MissingnessPatterns.Compare(real, synthetic);
    }

    /// <summary>The mean of those that are defined; NaN where none is.</summary>
    private static double MeanOf(IEnumerable<double> values)
    {
        double[] defined = [.. values.Where(value => !double.IsNaN(value))];
        return defined.Length == 0 ? double.NaN : defined.Average();
    }
}
