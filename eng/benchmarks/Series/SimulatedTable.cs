using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Series of any number and length. Their variables follow a slow and a fast movement that they share, and half of the values are
/// missing.</summary>
internal static class SimulatedTable
{
    /// <summary>Makes series.</summary>
    /// <param name="count">How many.</param>
    /// <param name="steps">How long each is.</param>
    /// <param name="variables">The number of variables.</param>
    public static SeriesTable Make(int count, int steps, int variables)
    {
        var items = new Series.Data.Series[count];
        double[] times = [.. Enumerable.Range(0, steps).Select(t => (double)t)];
        Parallel.For(0, count, s => items[s] = new Series.Data.Series(times, Cells(steps, variables, new Philox(1, (ulong)s))));
        return new SeriesTable(variables, items);
    }

    private static double[] Cells(int steps, int variables, Philox random)
    {
        double[] cells = new double[steps * variables];
        double slow = 0, fast = 0;
        float[] normal = new float[variables + 2];
        for (int t = 0; t < steps; t++)
        {
            random.Fork((ulong)t).FillNormal(normal);
            slow = 0.97 * slow + 0.24 * normal[variables];
            fast = 0.6 * fast + 0.8 * normal[variables + 1];
            for (int v = 0; v < variables; v++)
            {
                int cell = t * variables + v;
                bool isMissing = random.Uniform((ulong)cell) < 0.5f;
                cells[cell] = isMissing ? double.NaN : Math.Sin(slow * (1 + v % 3)) + 0.5 * fast * (v % 2) + 0.2 * normal[v];
            }
        }
        return cells;
    }
}
