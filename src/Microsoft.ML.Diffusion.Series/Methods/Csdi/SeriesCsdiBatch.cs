using Microsoft.ML.Diffusion.Models.Methods.Csdi;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Csdi;

// The process, not the folder of the baseline.
using GaussianProcess = Microsoft.ML.Diffusion.Core.Processes.GaussianProcess;

/// <summary>Windows of series as CSDI's network is trained on them (Tashiro et al. 2021, algorithm 1): of the observed values of each a
/// share is hidden, which is uniform; the others are shown as they are; everything is diffused to a level of its own, and the noise of the
/// hidden values is to be predicted.</summary>
/// <param name="process">Diffuses.</param>
/// <param name="series">How many windows there are.</param>
/// <param name="steps">Steps of a window.</param>
/// <param name="variables">The number of variables.</param>
internal sealed class SeriesCsdiBatch(GaussianProcess process, int series, int steps, int variables)
{
    private readonly float[] _keys = new float[steps * variables];
    private readonly int[] _observed = new int[steps * variables];

    /// <summary>The noise level of each window, 1..T.</summary>
    public int[] Levels { get; } = new int[series];

    /// <summary>[windows times steps times variables, 2]: the value that is shown and the state, 0 where the other is meant.</summary>
    public float[] Input { get; } = new float[2 * series * steps * variables];

    /// <summary>1 where a value is shown, else 0.</summary>
    public float[] Known { get; } = new float[series * steps * variables];

    /// <summary>The noise.</summary>
    public float[] Epsilon { get; } = new float[series * steps * variables];

    /// <summary>1 where the noise is to be predicted, else 0.</summary>
    public float[] Counts { get; } = new float[series * steps * variables];

    /// <summary>[windows times steps, columns]: what tells the steps apart.</summary>
    public float[] Times { get; } = new float[series * steps * CsdiDenoiser.TimeWidth];

    /// <summary>How many values are to be predicted.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a batch whose noise is that of a random stream.</summary>
    public void Begin(Philox random)
    {
        random.Fork(0).FillNormal(Epsilon);
        Count = 0;
    }

    /// <summary>Fills one window.</summary>
    /// <param name="place">Which of the batch.</param>
    /// <param name="cells">The series in standard units; NaN is missing.</param>
    /// <param name="times">The time of each step of the series, in steps.</param>
    /// <param name="start">The first step of the window.</param>
    /// <param name="random">This window's random stream.</param>
    public void Fill(int place, double[] cells, double[] times, int start, Philox random)
    {
        int size = steps * variables, observed = 0, level = Levels[place] = 1 + random.Below(0, process.Schedule.Steps);
        for (int i = 0; i < size; i++)
        {
            int cell = start * variables + i;
            bool isSeen = cell < cells.Length && !double.IsNaN(cells[cell]);
            float value = isSeen ? (float)cells[cell] : 0;
            Write(place * size + i, isSeen, value, level);
            if (isSeen)
                _observed[observed++] = i;
        }

        // The share is uniform, and what is hidden any of so many values.
        int hidden = (int)Math.Round(random.Uniform(1) * observed);
        random.Fork(2).FillUniform(_keys.AsSpan(0, observed));
        _keys.AsSpan(0, observed).Sort(_observed.AsSpan(0, observed));
        foreach (int i in _observed.AsSpan(0, hidden))
            Hide(place * size + i, (float)cells[start * variables + i], level);
        Count += hidden;
        WriteTimes(times, start, Times.AsSpan(place * steps * CsdiDenoiser.TimeWidth, steps * CsdiDenoiser.TimeWidth));
    }

    /// <summary>Writes what tells the steps of a window apart: its times from its first step; steps behind the end follow one by
    /// one.</summary>
    public static void WriteTimes(double[] times, int start, Span<float> sinusoids)
    {
        int width = CsdiDenoiser.TimeWidth;
        for (int t = 0; t * width < sinusoids.Length; t++)
            CsdiDenoiser.WriteSinusoids(StepWindows.TimeOf(times, start, t), sinusoids.Slice(t * width, width));
    }

    private void Write(int cell, bool isKnown, float value, int level)
    {
        (Input[2 * cell], Input[2 * cell + 1]) = isKnown ? (value, 0f) : (0f, (float)process.Diffuse(0, Epsilon[cell], level));
        (Known[cell], Counts[cell]) = (isKnown ? 1 : 0, 0);
    }

    private void Hide(int cell, float value, int level)
    {
        (Input[2 * cell], Input[2 * cell + 1]) = (0, (float)process.Diffuse(value, Epsilon[cell], level));
        (Known[cell], Counts[cell]) = (0, 1);
    }
}
