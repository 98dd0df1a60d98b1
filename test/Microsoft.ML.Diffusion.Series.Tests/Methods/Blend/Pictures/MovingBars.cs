using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Blend.Pictures;

/// <summary>Series of small pictures: bars, upright or lying, that move one pixel a step.</summary>
internal static class MovingBars
{
    public const int Side = 8, Steps = 6;

    /// <summary>The whole series and the same with holes.</summary>
    /// <param name="count">How many series.</param>
    /// <param name="hiddenOnes">The share of ones that are missing.</param>
    /// <param name="hiddenZeros">The share of zeros that are missing.</param>
    /// <param name="isGrey">Whether bars fade at their sides, instead of being all 1.</param>
    public static (SeriesTable Whole, SeriesTable Holes) Make(int count, float hiddenOnes, float hiddenZeros, bool isGrey = false)
    {
        List<Data.Series> whole = [], holes = [];
        double[] times = [.. Enumerable.Range(0, Steps).Select(t => (double)t)];
        for (int s = 0; s < count; s++)
        {
            Philox random = new Philox(11).Fork((ulong)s);
            int start = random.Below(0, Side), direction = random.Below(1, 2) * 2 - 1;
            bool isUpright = random.Below(2, 2) == 0;
            double[] cells = new double[Steps * Side * Side], seen = new double[cells.Length];
            for (int i = 0; i < cells.Length; i++)
            {
                int t = i / (Side * Side), line = i / Side % Side, column = i % Side;
                int across = isUpright ? column : line, distance = ((across - start - direction * t) % Side + Side) % Side;
                cells[i] = distance > 2 ? 0 : isGrey ? 0.5 + 0.25 * distance : 1;
                bool isMissing = random.Fork(3).Uniform((ulong)i) < (cells[i] > 0 ? hiddenOnes : hiddenZeros);
                seen[i] = isMissing ? double.NaN : cells[i];
            }
            whole.Add(new Data.Series(times, cells));
            holes.Add(new Data.Series(times, seen));
        }
        return (new SeriesTable(Side * Side, whole), new SeriesTable(Side * Side, holes));
    }
}
