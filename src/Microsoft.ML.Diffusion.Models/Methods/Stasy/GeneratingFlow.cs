using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>The probability flow of rows (Song et al. 2021, equation 13): followed from t = 1 to 0 noise becomes a row.</summary>
/// <remarks>Known slots stay on their way, x(0) + sigma(t) z: the others follow them only roughly.</remarks>
internal sealed class GeneratingFlow : IRowEquation
{
    private readonly StasyDenoiser _denoiser;
    private readonly VarianceExplodingProcess _process;
    private readonly Tape _tape;

    /// <param name="denoiser">The network.</param>
    /// <param name="process">What it was trained with.</param>
    /// <param name="tape">Where to compute.</param>
    /// <param name="rows">How many rows.</param>
    public GeneratingFlow(StasyDenoiser denoiser, VarianceExplodingProcess process, Tape tape, int rows)
    {
        (_denoiser, _process, _tape) = (denoiser, process, tape);
        (Values, Noise, Known) = (new float[rows * Width], new float[rows * Width], new bool[rows * Width]);
    }

    /// <inheritdoc/>
    public int Width => _denoiser.Slots;

    /// <summary>[rows, slots]: x(0) of known slots.</summary>
    public float[] Values { get; }

    /// <summary>[rows, slots]: z.</summary>
    public float[] Noise { get; }

    /// <summary>[rows, slots]: whether a slot is known.</summary>
    public bool[] Known { get; }

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<int> rows, ReadOnlySpan<double> times, ReadOnlySpan<double> states, Span<double> slopes)
    {
        _tape.Reset();
        Tensor input = _tape.Input(new Shape(rows.Length, Width)), sigmas = _tape.Input(new Shape(rows.Length, 1));
        for (int n = 0; n < rows.Length; n++)
        {
            double sigma = _process.Sigma(times[n]);
            sigmas.Data[n] = (float)sigma;
            for (int i = 0, own = n * Width, place = rows[n] * Width; i < Width; i++, own++, place++)
                input.Data[own] = (float)(Known[place] ? Values[place] + (sigma * Noise[place]) : states[own]);
        }
        ReadOnlySpan<float> scores = _denoiser.Forward(_tape, input, sigmas).Data;
        for (int n = 0; n < rows.Length; n++)
        {
            double factor = _process.FlowOfScore(times[n]);
            for (int i = 0, own = n * Width, place = rows[n] * Width; i < Width; i++, own++, place++)
                slopes[own] = Known[place] ? 0 : factor * scores[own];
        }
    }
}
