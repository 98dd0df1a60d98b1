using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Networks;

/// <summary>Windows of series, of whose observed values some are hidden.</summary>
/// <param name="count">How many windows there are.</param>
/// <param name="steps">Steps of a window.</param>
/// <param name="variables">The number of variables.</param>
internal sealed class WindowBatch(int count, int steps, int variables)
{
    /// <summary>How many windows there are.</summary>
    public int Count => count;

    /// <summary>[windows times steps times variables]: the values that are shown, 0 where there is none.</summary>
    public float[] Values { get; } = new float[count * steps * variables];

    /// <summary>1 where a value is shown, else 0.</summary>
    public float[] Known { get; } = new float[count * steps * variables];

    /// <summary>The values that are hidden, 0 elsewhere.</summary>
    public float[] Truths { get; } = new float[count * steps * variables];

    /// <summary>1 where a value is hidden, else 0.</summary>
    public float[] Hidden { get; } = new float[count * steps * variables];

    /// <summary>[windows times steps]: the times from the first step of the window on, in middle steps.</summary>
    public float[] Times { get; } = new float[count * steps];

    /// <summary>Fills one window.</summary>
    /// <param name="place">Which of the batch.</param>
    /// <param name="cells">The series in standard units; NaN is missing.</param>
    /// <param name="times">The time of each step of the series, in middle steps.</param>
    /// <param name="start">The first step of the window; steps behind the end of the series are empty and follow one by one.</param>
    /// <param name="share">The share of observed values that is hidden.</param>
    /// <param name="random">Which are.</param>
    public void Fill(int place, double[] cells, double[] times, int start, float share, Philox random)
    {
        int size = steps * variables, first = place * size;
        StepWindows.Write(cells, start, variables, Values.AsSpan(first, size), Known.AsSpan(first, size));
        Truths.AsSpan(first, size).Clear();
        Hidden.AsSpan(first, size).Clear();
        for (int i = 0; i < size && share > 0; i++)
        {
            int cell = first + i;
            if (Known[cell] == 0 || random.Uniform((ulong)i) >= share)
                continue;
            (Truths[cell], Hidden[cell], Values[cell], Known[cell]) = (Values[cell], 1, 0, 0);
        }
        for (int t = 0; t < steps; t++)
            Times[place * steps + t] = (float)StepWindows.TimeOf(times, start, t);
    }
}
