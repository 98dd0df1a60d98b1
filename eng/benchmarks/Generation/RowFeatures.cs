using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>What boosted trees are given of a row.</summary>
internal static class RowFeatures
{
    /// <summary>Numbers as they are, a category as one of its column's indicators.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="row">Which of them.</param>
    /// <param name="label">The column that is predicted, which is left out.</param>
    /// <param name="missing">What a missing number becomes.</param>
    public static float[] Of(Table table, int row, int label, float missing)
    {
        List<float> features = [];
        for (int column = 0; column < table.Columns.Count; column++)
        {
            double value = table[row, column];
            if (column == label)
                continue;
            if (table.Columns[column].Kind == ColumnKind.Numeric)
                features.Add(double.IsNaN(value) ? missing : (float)value);
            else
                features.AddRange(Enumerable.Range(0, table.Columns[column].Categories.Count).Select(category => category == value ? 1f : 0));
        }
        return [.. features];
    }
}
