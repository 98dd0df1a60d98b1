namespace Microsoft.ML.Trainers.FastTree.Learner;

/// <summary>A random forest (Breiman 2001) of regression trees, each grown on rows drawn without replacement.</summary>
internal static class Forest
{
    public static TreeEnsemble Train(
        BinnedTable table, float[] targets, float[] weights, GrowOptions options, int treeCount, double rowFraction, Random random)
    {
        float[] hessians = weights ?? Enumerable.Repeat(1f, targets.Length).ToArray();
        float[] gradients = targets.Zip(hessians, (target, weight) => target * weight).ToArray();
        var grower = new TreeGrower(table, options);
        int[] order = Enumerable.Range(0, table.RowCount).ToArray();
        int drawn = Math.Clamp((int)(table.RowCount * rowFraction), 1, table.RowCount);
        var trees = new Tree[treeCount];
        for (int i = 0; i < treeCount; i++)
        {
            random.Shuffle(order);
            int[] rows = order[..drawn];
            Array.Sort(rows);
            trees[i] = grower.Grow(gradients, hessians, rows, rate: 1.0 / treeCount, [], random);
        }
        return new TreeEnsemble(trees, bias: 0, table.FeatureCount);
    }
}
