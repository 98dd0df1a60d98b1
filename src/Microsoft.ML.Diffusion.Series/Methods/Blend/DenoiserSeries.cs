using Microsoft.ML.Diffusion.Series.Methods.Smoother;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend;

/// <summary>A series in the form that a network reads, with the cells that were hidden from it.</summary>
internal sealed class DenoiserSeries
{
    private readonly int[] _hidden;
    private readonly float[] _left;
    private readonly float[] _deviations;

    /// <param name="series">The series without its hidden cells.</param>
    /// <param name="step">The middle distance of two steps.</param>
    /// <param name="period">The period, 0 for none.</param>
    /// <param name="cells">The numbers with the hidden cells.</param>
    /// <param name="hidden">The hidden cells, ascending.</param>
    public DenoiserSeries(SmoothedSeries series, double step, double period, double[] cells, int[] hidden)
    {
        // From the first one, as a number of half the width cannot tell the seconds of a century.
        Times = Array.ConvertAll(series.Times, time => (float)((time - series.Times[0]) / step));
        Phases = new float[series.Times.Length];
        for (int t = 0; t < Phases.Length && period > 0; t++)
            Phases[t] = (float)(2 * Math.PI * (series.Times[t] / period - Math.Floor(series.Times[t] / period)));
        Cells = Array.ConvertAll(series.Cells, x => (float)x);
        Means = Array.ConvertAll(series.Means, x => (float)x);
        _hidden = hidden;
        _left = Array.ConvertAll(hidden, cell => (float)(cells[cell] - series.Means[cell]));
        _deviations = Array.ConvertAll(hidden, cell => (float)Math.Sqrt(series.Variances[cell]));
    }

    /// <summary>The time of each step from the first one, in middle steps.</summary>
    public float[] Times { get; }

    /// <summary>Where in the period each step lies, 0 to 2 pi.</summary>
    public float[] Phases { get; }

    /// <summary>The numbers, NaN where missing or hidden.</summary>
    public float[] Cells { get; }

    /// <summary>What the smoother says.</summary>
    public float[] Means { get; }

    /// <summary>Writes what the smoother leaves of the hidden cells of a window; other cells stay.</summary>
    /// <param name="start">The first step.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="left">[steps, variables].</param>
    /// <param name="deviations">Receives the smoother's deviations, [steps, variables].</param>
    public void WriteLeft(int start, int steps, Span<float> left, Span<float> deviations)
    {
        int first = start * left.Length / steps;
        for (int i = 0; i < _hidden.Length; i++)
        {
            int place = _hidden[i] - first;
            if (place >= 0 && place < left.Length)
                (left[place], deviations[place]) = (_left[i], _deviations[i]);
        }
    }
}
