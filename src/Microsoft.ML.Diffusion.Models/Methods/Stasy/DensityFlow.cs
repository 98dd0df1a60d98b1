using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>The probability flow of rows with the logarithm of their density as one more number (Song et al. 2021, section 4.3): its slope
/// is the flow's divergence, estimated along one random direction (Hutchinson; Grathwohl et al. 2019).</summary>
/// <remarks>Of a row with unknown slots the known ones flow, and the others stay 0, as the network meets them in training.</remarks>
internal sealed class DensityFlow : IRowEquation
{
    private readonly StasyDenoiser _denoiser;
    private readonly VarianceExplodingProcess _process;
    private readonly Tape _tape;

    /// <param name="denoiser">The network; gradients are added to its parameters.</param>
    /// <param name="process">What it is trained with.</param>
    /// <param name="tape">A tape that records gradients.</param>
    /// <param name="rows">How many rows.</param>
    public DensityFlow(StasyDenoiser denoiser, VarianceExplodingProcess process, Tape tape, int rows)
    {
        (_denoiser, _process, _tape) = (denoiser, process, tape);
        (Directions, Known) = (new float[rows * denoiser.Slots], new bool[rows * denoiser.Slots]);
    }

    /// <summary>The slots of a row, and the logarithm of the density.</summary>
    public int Width => _denoiser.Slots + 1;

    /// <summary>[rows, slots]: -1 or 1 each.</summary>
    public float[] Directions { get; }

    /// <summary>[rows, slots]: whether a slot is known.</summary>
    public bool[] Known { get; }

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<int> rows, ReadOnlySpan<double> times, ReadOnlySpan<double> states, Span<double> slopes)
    {
        int slots = _denoiser.Slots;
        _tape.Reset();
        var shape = new Shape(rows.Length, slots);
        Tensor input = _tape.Input(shape, requiresGradient: true), sigmas = _tape.Input(new Shape(rows.Length, 1));
        float[] directions = new float[rows.Length * slots];
        for (int n = 0; n < rows.Length; n++)
        {
            sigmas.Data[n] = (float)_process.Sigma(times[n]);
            for (int i = 0; i < slots; i++)
            {
                bool isKnown = Known[(rows[n] * slots) + i];
                input.Data[(n * slots) + i] = isKnown ? (float)states[(n * Width) + i] : 0;
                directions[(n * slots) + i] = isKnown ? Directions[(rows[n] * slots) + i] : 0;
            }
        }
        Tensor scores = _denoiser.Forward(_tape, input, sigmas);
        // The gradient of direction times score, times the direction once more.
        GivenSlopes.Backward(_tape, scores, directions);
        ReadOnlySpan<float> told = scores.Data, gradient = input.Gradient;
        for (int n = 0; n < rows.Length; n++)
        {
            double factor = _process.FlowOfScore(times[n]), divergence = 0;
            for (int i = 0; i < slots; i++)
            {
                bool isKnown = Known[(rows[n] * slots) + i];
                slopes[(n * Width) + i] = isKnown ? factor * told[(n * slots) + i] : 0;
                divergence += directions[(n * slots) + i] * gradient[(n * slots) + i];
            }
            slopes[(n * Width) + slots] = factor * divergence;
        }
    }
}
