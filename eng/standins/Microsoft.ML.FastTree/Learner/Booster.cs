namespace Microsoft.ML.Trainers.FastTree.Learner;

/// <summary>Gradient boosting with Newton steps (Friedman 2001; Chen and Guestrin, "XGBoost", KDD 2016, section 2).</summary>
internal static class Booster
{
    /// <summary>One ensemble a score of the objective.</summary>
    public static TreeEnsemble[] Train(
        BinnedTable table, Objective objective, GrowOptions options, int rounds, double learningRate, Random random)
    {
        var grower = new TreeGrower(table, options);
        int[] rows = Enumerable.Range(0, table.RowCount).ToArray();
        var trees = new List<Tree>[objective.ScoresPerRow];
        var scores = new double[objective.ScoresPerRow][];
        var gradients = new float[objective.ScoresPerRow][];
        var hessians = new float[objective.ScoresPerRow][];
        for (int k = 0; k < scores.Length; k++)
        {
            trees[k] = [];
            scores[k] = new double[table.RowCount];
            gradients[k] = new float[table.RowCount];
            hessians[k] = new float[table.RowCount];
            Array.Fill(scores[k], objective.Start(k));
        }

        for (int round = 0; round < rounds; round++)
        {
            // All derivatives of a round are taken before any of its trees moves the scores.
            for (int k = 0; k < scores.Length; k++)
                objective.Derive(scores, k, gradients[k], hessians[k]);
            for (int k = 0; k < scores.Length; k++)
                trees[k].Add(grower.Grow(gradients[k], hessians[k], rows, learningRate, scores[k], random));
        }
        return trees.Select((ofScore, k) => new TreeEnsemble(ofScore, objective.Start(k), table.FeatureCount)).ToArray();
    }
}
