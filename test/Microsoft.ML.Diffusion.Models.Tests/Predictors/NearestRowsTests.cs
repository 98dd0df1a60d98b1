using Microsoft.ML.Diffusion.Models.Neighbors;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests.Predictors;

public sealed class NearestRowsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(37, 4, 5)]
    [InlineData(2500, 6, 7)]
    public void The_nearest_rows_are_those_of_a_full_sort_whatever_is_missing(int rows, int width, int wanted)
    {
        var random = new Philox(3, 5);
        bool[] isNumeric = [.. Enumerable.Range(0, width).Select(column => column % 2 == 0)];
        var among = new RowBlocks(rows, width);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < width; column++)
            {
                ulong cell = (ulong)((row * width) + column);
                among[row, column] = random.Uniform(2 * cell) < 0.2 ? float.NaN
                    : isNumeric[column] ? (float)random.Uniform((2 * cell) + 1) : (int)(3 * random.Uniform((2 * cell) + 1));
            }
        }
        float[] own = new float[width], distances = new float[wanted], sums = new float[RowBlocks.BlockRows];
        int[] nearest = new int[wanted];
        foreach (int row in (int[])[0, rows / 2, rows - 1])
        {
            among.CopyRow(row, own);
            var found = new NearestRows(nearest, distances);
            found.Search(own, isNumeric, among, except: row, sums);

            (int Row, float Distance)[] expected = [.. Enumerable.Range(0, rows).Where(other => other != row)
                .Select(other => (other, Distance(among, isNumeric, row, other))).OrderBy(each => each.Item2).Take(wanted)];
            (int Row, float Distance)[] actual = [.. nearest.Take(found.Count).Select((other, i) => (other, distances[i]))];
            Assert.Equal<(int, float)>(expected, actual);
        }
    }

    // As the definition says it, one column after the other.
    private static float Distance(RowBlocks rows, bool[] isNumeric, int row, int other)
    {
        float sum = 0;
        for (int column = 0; column < rows.Width; column++)
        {
            float a = rows[row, column], b = rows[other, column];
            sum += float.IsNaN(a) || float.IsNaN(b) ? (float.IsNaN(a) && float.IsNaN(b) ? 0 : 1)
                : isNumeric[column] ? (a - b) * (a - b) : a == b ? 0 : 1;
        }
        return sum;
    }
}
