using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend;

// The layer, not the folder of the method that draws lines.
using Linear = Microsoft.ML.Diffusion.Tensors.Linear;

/// <summary>A network that corrects what a smoother says of all cells of some steps: a transformer over the steps (Vaswani et al. 2017),
/// each of which is told its observed values, what the smoother says, and how far away the next observed values are.</summary>
internal sealed class SeriesDenoiser : Module
{
    // Sines and cosines of the time.
    private const int Waves = 8, Heads = 4;

    private readonly Linear _input;
    private readonly TransformerLayer[] _layers;
    private readonly Linear _output;

    /// <param name="variables">The number of variables.</param>
    /// <param name="steps">The steps that the network sees at a time.</param>
    /// <param name="channels">The width, a multiple of 4.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="dropout">The share of elements that is left out while training.</param>
    /// <param name="random">Where the first weights come from.</param>
    public SeriesDenoiser(int variables, int steps, int channels, int layers, float dropout, Philox random)
    {
        (Variables, Steps, Channels) = (variables, steps, channels);
        _input = AddModule("input", new Linear(InputsOf(variables), channels, random.Fork(0)));
        _layers = new TransformerLayer[layers];
        for (int i = 0; i < layers; i++)
        {
            _layers[i] = AddModule(
                $"layer.{i}", new TransformerLayer(channels, Heads, 2 * channels, random.Fork((ulong)i + 2), dropout));
        }
        // Nothing is corrected at first, and all is as sure as the smoother says.
        _output = AddModule("output", new Linear(channels, 2 * variables, random.Fork(1)).Zero());
    }

    public int Variables { get; }

    /// <summary>The steps that the network sees at a time.</summary>
    public int Steps { get; }

    public int Channels { get; }

    public int Layers => _layers.Length;

    /// <summary>The inputs of a step.</summary>
    public int Inputs => InputsOf(Variables);

    /// <summary>The corrections of all cells, and by which factor they are less sure than the smoother says.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[series times steps, inputs], see <see cref="Write"/>.</param>
    /// <param name="random">What is left out while training.</param>
    /// <returns>[series times steps, 2 variables]: the corrections, then the logarithms of the factors.</returns>
    public Tensor Forward(Tape tape, Tensor x, Philox random = default)
    {
        x = _input.Forward(tape, x);
        for (int i = 0; i < _layers.Length; i++)
            x = _layers[i].Forward(tape, x, Steps, random.Fork((ulong)i));
        return _output.Forward(tape, x);
    }

    /// <summary>Writes the inputs of a window; steps behind the end of the series are empty.</summary>
    /// <param name="series">The series.</param>
    /// <param name="start">The first step.</param>
    /// <param name="input">[steps, inputs].</param>
    public void Write(DenoiserSeries series, int start, Span<float> input)
    {
        float[] times = series.Times, cells = series.Cells, means = series.Means;
        input.Clear();
        int end = Math.Min(Steps, times.Length - start), width = Variables, inputs = Inputs;
        for (int t = 0; t < end; t++)
        {
            Span<float> own = input.Slice(t * inputs, inputs);
            int from = (start + t) * width;
            for (int v = 0; v < width; v++)
            {
                float cell = cells[from + v];
                own[v] = float.IsNaN(cell) ? 0 : cell;
                own[width + v] = float.IsNaN(cell) ? 0 : 1;
                own[2 * width + v] = means[from + v];
            }
            Span<float> waves = own[(5 * width)..];
            float time = times[start + t] - times[start];
            for (int i = 0; i < Waves; i++)
                (waves[2 * i], waves[2 * i + 1]) = MathF.SinCos(time / MathF.Pow(3, i));
            (waves[2 * Waves], waves[2 * Waves + 1]) = MathF.SinCos(series.Phases[start + t]);
            waves[2 * Waves + 2] = 1;
        }
        for (int v = 0; v < width; v++)
        {
            WriteNearness(times, cells, start, end, v, 1, 3, input);
            WriteNearness(times, cells, start, end, v, -1, 4, input);
        }
    }

    private static int InputsOf(int variables) => 5 * variables + 2 * Waves + 3;

    /// <summary>Writes how near the last observed value of a variable in one direction is: 1 for the step itself, 0 for none.</summary>
    private void WriteNearness(
        ReadOnlySpan<float> times, ReadOnlySpan<float> cells, int start, int end, int variable, int direction, int place, Span<float> input)
    {
        float last = float.NaN;
        for (int i = 0; i < end; i++)
        {
            int t = direction > 0 ? i : end - 1 - i;
            if (!float.IsNaN(cells[(start + t) * Variables + variable]))
                last = times[start + t];
            float distance = MathF.Abs(times[start + t] - last);
            input[t * Inputs + place * Variables + variable] = float.IsNaN(last) ? 0 : 1 / (1 + distance / 4);
        }
    }
}
