using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>How strongly all pairs of columns go together in two tables.</summary>
internal static class CorrelationMatrices
{
    public static CorrelationComparison Compare(ColumnCells[] real, ColumnCells[] synthetic)
    {
        int size = real.Length;
        double[][] first = Of(real), second = Of(synthetic), difference = SymmetricMatrix.New(size, diagonal: 0);
        double sum = 0;
        int count = 0;
        for (int a = 0; a < size; a++)
        {
            for (int b = 0; b < size; b++)
            {
                if (a == b)
                    continue;
                difference[a][b] = Math.Abs(first[a][b] - second[a][b]);
                if (double.IsNaN(difference[a][b]))
                    continue;
                sum += difference[a][b];
                count++;
            }
        }

        return new([.. real.Select(column => column.Column.Name)], first, second, difference, count == 0 ? double.NaN : sum / count);
    }

    private static double[][] Of(ColumnCells[] columns)
    {
        BinnedColumn?[] codes = [.. columns.Select(column => column.IsNumeric ? null : BinnedColumn.Of(column))];
        double[][] matrix = SymmetricMatrix.New(columns.Length, diagonal: 1);
        SymmetricMatrix.ForEachPair(columns.Length, (a, b) => matrix[a][b] = matrix[b][a] = (codes[a], codes[b]) switch
        {
            (null, null) => Association.Pearson(columns[a].Values, columns[b].Values),
            (null, _) => Association.CorrelationRatio(columns[a], columns[b]),
            (_, null) => Association.CorrelationRatio(columns[b], columns[a]),
            ({ } x, { } y) => new JointCounts(x, y).CramersV(),
        });
        return matrix;
    }
}
