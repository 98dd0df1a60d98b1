using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Series.Data;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>The two numbers of pictures that have no grey: 0 and 1, 0 and 255, or any others.</summary>
/// <param name="Low">The smaller one.</param>
/// <param name="High">The larger one.</param>
internal readonly record struct TwoValues(double Low, double High)
{
    // With more different numbers it is grey.
    private const int MostValues = 32;

    /// <summary>What lies so far from the smaller to the larger one as the larger one is probable.</summary>
    public double Between(double probability) => Low + probability * (High - Low);

    /// <summary>The probability that <see cref="Between"/> was given.</summary>
    public double ProbabilityOf(double number) => (number - Low) / (High - Low);

    /// <summary>Finds them; null where there are no such two.</summary>
    public static TwoValues? Of(SeriesTable table)
    {
        Dictionary<double, long> counts = [];
        long all = 0;
        foreach (Data.Series series in table.Items)
        {
            foreach (double cell in series.Cells)
            {
                if (double.IsNaN(cell))
                    continue;
                all++;
                CollectionsMarshal.GetValueRefOrAddDefault(counts, cell, out _)++;
                if (counts.Count > MostValues)
                    return null;
            }
        }
        if (counts.Count < 2)
            return null;
        KeyValuePair<double, long>[] most = [.. counts.OrderByDescending(each => each.Value).ThenBy(each => each.Key).Take(2)];
        if (all - most[0].Value - most[1].Value > PictureLimits.MostOthers * all)
            return null;
        return new TwoValues(Math.Min(most[0].Key, most[1].Key), Math.Max(most[0].Key, most[1].Key));
    }
}
