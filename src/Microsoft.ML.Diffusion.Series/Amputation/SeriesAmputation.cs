using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Views;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Amputation;

/// <summary>Makes observed cells of series missing on purpose. What is hidden depends on the seed, the names of the series and the times
/// alone, not on the order of rows.</summary>
internal static class SeriesAmputation
{
    /// <summary>Hides cells one by one, each with the same probability.</summary>
    /// <param name="rows">The rows; hidden cells become NaN.</param>
    /// <param name="rate">The probability.</param>
    /// <param name="seed">Which cells.</param>
    public static void HidePoints(StepRows rows, double rate, ulong seed)
    {
        for (int group = 0; group < rows.GroupCount; group++)
        {
            var random = new SeriesRandom(seed, GroupReader.IdOf(rows.NameOf(group)), draw: 0);
            foreach (int row in rows.RowsOf(group))
            {
                Philox ofStep = random.At(rows.TimeOf(row));
                Span<double> cells = rows[row];
                for (int v = 0; v < cells.Length; v++)
                {
                    if (ofStep.Uniform((ulong)v) < rate)
                        cells[v] = double.NaN;
                }
            }
        }
    }

    /// <summary>Hides stretches of a length of each variable, with free steps between them, as many as make up the rate.</summary>
    /// <param name="rows">The rows; hidden cells become NaN.</param>
    /// <param name="rate">The expected share of steps that are hidden.</param>
    /// <param name="length">How long a stretch is, in units of time.</param>
    /// <param name="seed">Which ones.</param>
    public static void HideBlocks(StepRows rows, double rate, double length, ulong seed)
    {
        if (rate == 0)
            return;
        for (int group = 0; group < rows.GroupCount; group++)
        {
            var ofSeries = new Philox(seed, GroupReader.IdOf(rows.NameOf(group)));
            ReadOnlySpan<int> steps = rows.RowsOf(group);
            int variables = steps.Length == 0 ? 0 : rows[steps[0]].Length;
            for (int v = 0; v < variables; v++)
                HideBlocks(rows, steps, v, rate, length, ofSeries.Fork((ulong)v));
        }
    }

    private static void HideBlocks(StepRows rows, ReadOnlySpan<int> steps, int variable, double rate, double length, Philox random)
    {
        // The series begins somewhere in a stretch as often as it is anywhere else.
        double end = random.Uniform(0) < rate ? rows.TimeOf(steps[0]) + length * random.Uniform(1) : double.NegativeInfinity;
        int behind = 0;
        for (int t = 0; t < steps.Length; t++)
        {
            double time = rows.TimeOf(steps[t]);
            if (time >= end)
            {
                while (behind < steps.Length && rows.TimeOf(steps[behind]) < time + length)
                    behind++;
                // A stretch of n steps and (1 - p) / p free ones before the next, on average, make the share n / (n + (1 - p) / p).
                double count = behind - t;
                if (random.Uniform((ulong)t + 2) < rate / (rate + count * (1 - rate)))
                    end = time + length;
            }
            if (time < end)
                rows[steps[t]][variable] = double.NaN;
        }
    }
}
