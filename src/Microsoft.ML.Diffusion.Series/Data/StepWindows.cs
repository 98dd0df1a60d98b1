namespace Microsoft.ML.Diffusion.Series.Data;

/// <summary>The parts of series that the network sees: series longer than its number of steps in parts of that number.</summary>
internal static class StepWindows
{
    /// <summary>Where the windows of a series start: one after another, the last one at the end of the series.</summary>
    public static IEnumerable<int> Starts(int length, int steps)
    {
        for (int start = 0; start + steps < length; start += steps)
            yield return start;
        yield return Math.Max(0, length - steps);
    }

    /// <summary>Writes a window: its cells, zero where missing, and which are observed.</summary>
    public static void Write(double[] cells, int start, int variables, Span<float> values, Span<float> mask)
    {
        for (int i = 0; i < values.Length; i++)
        {
            int from = start * variables + i;
            bool isSeen = from < cells.Length && !double.IsNaN(cells[from]);
            values[i] = isSeen ? (float)cells[from] : 0;
            if (!mask.IsEmpty)
                mask[i] = isSeen ? 1 : 0;
        }
    }

    /// <summary>The windows of all series that hold an observed cell.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static (int Series, int Start)[] Of(IReadOnlyList<double[]> cells, int variables, int steps)
    {
        (int Series, int Start)[] windows =
        [
            .. from series in Enumerable.Range(0, cells.Count)
               from start in Starts(cells[series].Length / variables, steps)
               where cells[series].Skip(start * variables).Take(steps * variables).Any(x => !double.IsNaN(x))
               select (series, start),
        ];
        return windows.Length > 0
            ? windows : throw new InvalidOperationException("No series has an observed value, so there is nothing to learn from.");
    }

    /// <summary>The time of a step of a window since its first one; steps behind the end of the series follow one by one.</summary>
    /// <param name="times">The times of the series, in middle steps.</param>
    /// <param name="start">The first step of the window.</param>
    /// <param name="step">Which step of the window.</param>
    public static double TimeOf(double[] times, int start, int step)
    {
        int beyond = Math.Max(0, start + step - (times.Length - 1));
        return times[start + step - beyond] + beyond - times[start];
    }
}
