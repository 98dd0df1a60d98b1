namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>A stretch of steps that is predicted from itself and some steps around it. Short series are one stretch.</summary>
/// <param name="Start">The first step that is looked at.</param>
/// <param name="End">The step behind the last one that is looked at.</param>
/// <param name="First">The first step that is predicted.</param>
/// <param name="Last">The step behind the last one that is predicted.</param>
internal readonly record struct SeriesStretch(int Start, int End, int First, int Last)
{
    // A series with at most as many observed cells and steps is solved whole; a longer one in stretches with fewer, as the work for each
    // cell grows with their square.
    private const int WholeCells = 1024, WholeSteps = 1024, SomeCells = 360, SomeSteps = 256;

    /// <summary>The part of an array with some items a step.</summary>
    public ReadOnlySpan<double> Of(double[] items, int width) => items.AsSpan(Start * width, (End - Start) * width);

    /// <summary>The stretches of a series.</summary>
    /// <param name="cells">NaN where missing.</param>
    /// <param name="variables">The number of variables.</param>
    public static List<SeriesStretch> All(double[] cells, int variables)
    {
        int length = cells.Length / variables;
        int[] before = new int[length + 1];
        for (int t = 0; t < length; t++)
        {
            int seen = 0;
            foreach (double cell in cells.AsSpan(t * variables, variables))
                seen += double.IsNaN(cell) ? 0 : 1;
            before[t + 1] = before[t] + seen;
        }
        List<SeriesStretch> result = [];
        if (before[^1] <= WholeCells && length <= WholeSteps)
        {
            if (length > 0)
                result.Add(new SeriesStretch(0, length, 0, length));
            return result;
        }
        // A quarter is predicted; the rest is what it is predicted from beside itself.
        const int Context = SomeCells * 3 / 8, Steps = SomeSteps * 3 / 8;
        for (int first = 0, last; first < length; first = last)
        {
            last = first + 1;
            while (last < length && before[last + 1] - before[first] <= SomeCells / 4 && last - first < SomeSteps / 4)
                last++;
            int start = first, end = last;
            while (start > 0 && before[first] - before[start - 1] <= Context && first - start < Steps)
                start--;
            while (end < length && before[end + 1] - before[last] <= Context && end - last < Steps)
                end++;
            result.Add(new SeriesStretch(start, end, first, last));
        }
        return result;
    }
}
