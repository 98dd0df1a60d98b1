using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>Observed values of one variable, some of them where there are many.</summary>
internal static class SampledValues
{
    private const int Most = 50_000;

    public static double[] Of(SeriesTable table, int variable, Philox random)
    {
        int width = table.Variables;
        long seen = 0;
        List<double> kept = [];
        foreach (Data.Series series in table.Items)
        {
            for (int i = variable; i < series.Cells.Length; i += width)
            {
                double value = series.Cells[i];
                if (double.IsNaN(value))
                    continue;
                // Each value so far is kept with the same chance (Vitter 1985).
                if (kept.Count < Most)
                    kept.Add(value);
                else if (random.Uniform((ulong)seen) * (seen + 1.0) is var place && place < Most)
                    kept[(int)place] = value;
                seen++;
            }
        }
        return [.. kept];
    }
}
