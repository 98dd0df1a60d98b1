using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>How much pairs of columns go together as in the real table, by SDMetrics' formulas.</summary>
internal static class PairTrendScore
{
    // SDMetrics' defaults since version 0.29: pairs that hardly go together in the real table do not count.
    public const double CorrelationThreshold = 0.5;
    public const double AssociationThreshold = 0.3;

    public static PairTrends Of(ColumnCells[] real, ColumnCells[] synthetic)
    {
        BinnedColumn[] realBins = [.. real.Select(BinnedColumn.Of)], syntheticBins = [.. synthetic.Select(BinnedColumn.Of)];
        double[][] scores = SymmetricMatrix.New(real.Length, diagonal: 1), associations = SymmetricMatrix.New(real.Length, diagonal: 1);
        SymmetricMatrix.ForEachPair(real.Length, (a, b) =>
        {
            double score, association;
            if (real[a].IsNumeric && real[b].IsNumeric)
            {
                double expected = Association.Pearson(real[a].Values, real[b].Values);
                association = Math.Abs(expected);
                score = 1 - (Math.Abs(expected - Association.Pearson(synthetic[a].Values, synthetic[b].Values)) / 2);
            }
            else
            {
                JointCounts joint = new(realBins[a], realBins[b]);
                association = joint.CramersV();
                score = JointCounts.Similarity(joint, new JointCounts(syntheticBins[a], syntheticBins[b]));
            }

            scores[a][b] = scores[b][a] = score;
            associations[a][b] = associations[b][a] = association;
        });
        return new([.. real.Select(column => column.Column.Name)], scores, associations, CorrelationThreshold, AssociationThreshold);
    }

    /// <summary>Mean score of all pairs, and of those that go together in the real table; NaN where there are none.</summary>
    public static (double AllPairs, double AssociatedPairs) Means(PairTrends trends, ColumnCells[] real)
    {
        List<double> all = [], associated = [];
        for (int a = 0; a < real.Length; a++)
        {
            for (int b = a + 1; b < real.Length; b++)
            {
                double score = trends.Scores[a][b];
                if (double.IsNaN(score))
                    continue;
                all.Add(score);
                double threshold = real[a].IsNumeric && real[b].IsNumeric ? CorrelationThreshold : AssociationThreshold;
                if (trends.RealAssociations[a][b] > threshold)
                    associated.Add(score);
            }
        }

        return (Mean(all), Mean(associated));
    }

    private static double Mean(List<double> scores) => scores.Count == 0 ? double.NaN : scores.Average();
}
