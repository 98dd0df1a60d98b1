using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Calibration;

/// <summary>Hides observed cells as gaps fall: single cells, at some share, or stretches of a variable.</summary>
internal static class HiddenGaps
{
    // The shares of single cells that are hidden, and how often each is taken.
    private static readonly float[] s_shares = [0.1f, 0.1f, 0.25f, 0.5f];

    /// <summary>About the share of observed cells that is hidden.</summary>
    public const double ExpectedShare = 0.17;

    // The share of variables that lose a stretch.
    private const float StretchShare = 0.35f;

    /// <summary>Hides cells of a series.</summary>
    /// <param name="cells">NaN where missing; hidden cells become NaN.</param>
    /// <param name="variables">The number of variables.</param>
    /// <param name="random">Which cells.</param>
    /// <returns>The cells that were observed and are hidden now, ascending.</returns>
    public static int[] Hide(Span<double> cells, int variables, Philox random)
    {
        int steps = cells.Length / variables;
        bool[] isHidden = new bool[cells.Length];
        Philox places = random.Fork(0);
        if (steps < 4 || random.Uniform(0) < 0.5f)
        {
            float share = s_shares[random.Below(1, s_shares.Length)];
            for (int i = 0; i < cells.Length; i++)
                isHidden[i] = places.Uniform((ulong)i) < share;
        }
        else
        {
            for (int v = 0; v < variables; v++)
            {
                if (places.Uniform(4 * (ulong)v) >= StretchShare)
                    continue;
                // From two steps to half of the series: short ones, and half of the time any length.
                float share = places.Uniform(4 * (ulong)v + 1);
                double length = places.Uniform(4 * (ulong)v + 3) < 0.5f ? 2 * Math.Pow(steps / 4.0, share) : 2 + share * (steps / 2.0 - 2);
                int count = Math.Clamp((int)Math.Round(length), 1, steps);
                int start = places.Below(4 * (ulong)v + 2, steps - count + 1);
                for (int t = start; t < start + count; t++)
                    isHidden[t * variables + v] = true;
            }
        }
        List<int> hidden = [];
        for (int i = 0; i < cells.Length; i++)
        {
            if (!isHidden[i] || double.IsNaN(cells[i]))
                continue;
            cells[i] = double.NaN;
            hidden.Add(i);
        }
        return [.. hidden];
    }
}
