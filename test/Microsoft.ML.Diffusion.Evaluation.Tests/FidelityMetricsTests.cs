using System.Text.Json;
using Microsoft.ML.Diffusion.Evaluation.Fidelity;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

/// <summary>Figures that numpy, pandas and scipy compute of the same tables (test/data/evaluation/make.py).</summary>
public sealed class FidelityMetricsTests
{
    private static readonly FidelityResult s_result = FidelityMetrics.Measure(Reference.Real, Reference.Synthetic);

    [Fact]
    public void Shapes_are_complements_of_Kolmogorov_Smirnov_and_total_variation()
    {
        Assert.Equal(Reference.Columns.Length, s_result.Shapes.Count);
        foreach (ColumnShape shape in s_result.Shapes)
            Reference.AssertClose(Reference.Expected.GetProperty("shapes").GetProperty(shape.Column), shape.Score);
    }

    [Fact]
    public void Every_pair_has_its_correlation_or_contingency_similarity_and_association()
    {
        Assert.Equal(21, Reference.Expected.GetProperty("pairs").GetArrayLength());
        foreach (JsonElement pair in Reference.Expected.GetProperty("pairs").EnumerateArray())
        {
            int a = Reference.Column(pair.GetProperty("first").GetString()!), b = Reference.Column(pair.GetProperty("second").GetString()!);
            Reference.AssertClose(pair.GetProperty("score"), s_result.Pairs.Scores[a][b]);
            Reference.AssertClose(pair.GetProperty("score"), s_result.Pairs.Scores[b][a]);
            Reference.AssertClose(pair.GetProperty("association"), s_result.Pairs.RealAssociations[a][b]);
        }
    }

    [Fact]
    public void Means_agree_in_the_older_and_the_newer_form()
    {
        Assert.Equal(2, Reference.Expected.GetProperty("associatedPairs").GetInt32());
        JsonElement scores = Reference.Expected.GetProperty("scores");
        FidelityScores found = s_result.Scores;
        Reference.AssertClose(scores.GetProperty("shapes"), found.Shapes);
        Reference.AssertClose(scores.GetProperty("trendsAllPairs"), found.TrendsAllPairs);
        Reference.AssertClose(scores.GetProperty("trendsAssociatedPairs"), found.TrendsAssociatedPairs);
        Reference.AssertClose(scores.GetProperty("qualityAllPairs"), found.QualityAllPairs);
        Reference.AssertClose(scores.GetProperty("qualityAssociatedPairs"), found.QualityAssociatedPairs);
    }

    [Fact]
    public void Coverage_and_recall_of_rare_categories_agree()
    {
        foreach (ColumnShape shape in s_result.Shapes)
            Reference.AssertClose(Reference.Expected.GetProperty("coverage").GetProperty(shape.Column), shape.Coverage);
        Reference.AssertClose(Reference.Expected.GetProperty("scores").GetProperty("coverage"), s_result.Scores.Coverage);
        Reference.AssertClose(Reference.Expected.GetProperty("rareCategories"), s_result.Shapes.Sum(shape => shape.RareCategories));
        Reference.AssertClose(Reference.Expected.GetProperty("scores").GetProperty("rareCategoryRecall"), s_result.Scores.RareCategoryRecall);
    }

    [Fact]
    public void Dimension_wise_probabilities_give_rho_and_summed_absolute_error()
    {
        TableColumn[] bits = [.. "uvwxyz".Select(name => TableColumn.Numeric(name.ToString()))];
        FidelityScores scores = FidelityMetrics.Measure(Reference.Read("bits_real.csv", bits), Reference.Read("bits_synthetic.csv", bits)).Scores;

        Reference.AssertClose(Reference.Expected.GetProperty("bits").GetProperty("rho"), scores.DimensionCorrelation);
        Reference.AssertClose(Reference.Expected.GetProperty("bits").GetProperty("absoluteError"), scores.DimensionAbsoluteError);
        Assert.Equal(["smoker", "ill"], s_result.DimensionProbabilities.Select(d => d.Column));
        Reference.AssertClose(Reference.Expected.GetProperty("scores").GetProperty("dimensionAbsoluteError"), s_result.Scores.DimensionAbsoluteError);
    }

    [Fact]
    public void Correlations_of_mixed_columns_agree()
    {
        CorrelationComparison found = FidelityMetrics.CompareCorrelations(Reference.Real, Reference.Synthetic);
        JsonElement expected = Reference.Expected.GetProperty("correlations");
        for (int i = 0; i < Reference.Columns.Length * Reference.Columns.Length; i++)
        {
            (int a, int b) = Math.DivRem(i, Reference.Columns.Length);
            Reference.AssertClose(expected[0][i], found.Real[a][b]);
            Reference.AssertClose(expected[1][i], found.Synthetic[a][b]);
            Assert.Equal(Math.Abs(found.Real[a][b] - found.Synthetic[a][b]), found.AbsoluteDifference[a][b], 12);
        }
    }

    [Fact]
    public void Kernel_density_has_Silvermans_bandwidth()
    {
        JsonElement expected = Reference.Expected.GetProperty("density");
        double[] sorted = [.. Enumerable.Range(0, Reference.Real.RowCount).Select(row => Reference.Real[row, 1]).Order()];
        double[] found = KernelDensity.At(expected.GetProperty("at").Numbers(), sorted);
        double highest = found.Max();
        foreach ((double value, int i) in expected.GetProperty("value").Numbers().Select((value, i) => (value, i)))
            Assert.Equal(value / highest, found[i] / highest, 1e-6);
    }

    [Fact]
    public void Distributions_sum_to_one_and_say_how_much_is_missing()
    {
        IReadOnlyList<ColumnDistribution> columns = FidelityMetrics.Distributions(Reference.Real, Reference.Synthetic);
        foreach (ColumnDistribution column in columns)
        {
            IReadOnlyList<double> real = column.Histogram?.Real ?? [.. column.Categories.Select(category => category.Real)];
            IReadOnlyList<double> synthetic = column.Histogram?.Synthetic ?? [.. column.Categories.Select(category => category.Synthetic)];
            Assert.Equal(1, real.Sum(), 9);
            Assert.Equal(1, synthetic.Sum(), 9);
        }

        ColumnDistribution pressure = columns[Reference.Column("pressure")];
        Assert.Equal(Enumerable.Range(0, Reference.Real.RowCount)
            .Count(row => double.IsNaN(Reference.Real[row, 6])) / 240.0, pressure.Real.MissingShare, 12);
        ColumnDistribution visits = columns[Reference.Column("visits")];
        Assert.Equal(Math.Max(visits.Real.Maximum, visits.Synthetic.Maximum) + 0.5, visits.Histogram!.Edges[^1], 12);
    }

    [Fact]
    public void Missing_patterns_have_the_shares_of_their_rows()
    {
        MissingnessComparison found = FidelityMetrics.CompareMissingness(Reference.Real, Reference.Synthetic);
        Assert.Equal(1, found.Patterns.Sum(pattern => pattern.Real), 12);
        Assert.Equal(1, found.Patterns.Sum(pattern => pattern.Synthetic), 12);
        Assert.Empty(found.Patterns[0].MissingColumns);
        Assert.Equal(found.RealShare * Reference.Columns.Length, found.Patterns.Sum(pattern => pattern.Real * pattern.MissingColumns.Count), 12);
    }

    [Fact]
    public void A_table_against_itself_is_perfect()
    {
        FidelityScores scores = FidelityMetrics.Measure(Reference.Real, Reference.Real).Scores;
        Assert.Equal((1, 1, 1, 1, 1, 1, 0), (scores.Shapes, scores.TrendsAllPairs, scores.TrendsAssociatedPairs, scores.Coverage,
            scores.RareCategoryRecall, Math.Round(scores.DimensionCorrelation, 12), scores.DimensionAbsoluteError));
    }

    [Fact]
    public void Shuffled_columns_keep_their_shapes_and_lose_their_trends()
    {
        Table real = Simulated.Pairs(2000), shuffled = real.Clone();
        for (int column = 0; column < 3; column++)
        {
            int[] order = new int[real.RowCount];
            new Tensors.Philox(5, (ulong)column).Permutation(order);
            for (int row = 0; row < order.Length; row++)
                shuffled[row, column] = real[order[row], column];
        }

        FidelityScores scores = FidelityMetrics.Measure(real, shuffled).Scores;
        Assert.Equal(1, scores.Shapes, 12);
        Assert.True(scores.TrendsAllPairs < 0.75, $"trends of shuffled columns score {scores.TrendsAllPairs}");
    }

    [Fact]
    public void Tables_that_do_not_match_are_refused_in_one_sentence()
    {
        Table other = new([TableColumn.Numeric("x"), TableColumn.Numeric("z"), Simulated.Columns[2]], 3);
        Assert.Contains("'z'", Assert.Throws<ArgumentException>(() => FidelityMetrics.Measure(Simulated.Pairs(3), other)).Message);
        Assert.Contains("no rows", Assert.Throws<InvalidDataException>(() => FidelityMetrics.Measure(Simulated.Pairs(3), Simulated.Pairs(0)))
            .Message);
    }
}
