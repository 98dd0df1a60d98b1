using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>The probability flow of rows with the logarithm of their density as one more number (Song et al. 2021, section 4.3): its slope
/// is the flow's divergence, estimated along one random direction (Hutchinson; Grathwohl et al. 2019).</summary>
/// <remarks>Of a row with unknown slots the known ones flow, and the others are noise, sigma(t) z, as the network meets them in
/// training.</remarks>
internal sealed class DensityFlow : IRowEquation
{
    private readonly StasyDenoiser _denoiser;
    private readonly VarianceExplodingProcess _process;
    private readonly Tape _tape;
    private readonly float[] _directions;

    /// <param name="denoiser">The network; gradients are added to its parameters.</param>
    /// <param name="process">What it is trained with.</param>
    /// <param name="tape">A tape that records gradients.</param>
    /// <param name="rows">How many rows.</param>
    public DensityFlow(StasyDenoiser denoiser, VarianceExplodingProcess process, Tape tape, int rows)
    {
        (_denoiser, _process, _tape) = (denoiser, process, tape);
        int slots = rows * denoiser.Slots;
        (Directions, Noise, Known, _directions) = (new float[slots], new float[slots], new bool[slots], new float[slots]);
    }

    /// <summary>The slots of a row, and the logarithm of the density.</summary>
    public int Width => _denoiser.Slots + 1;

    /// <summary>[rows, slots]: -1 or 1 each.</summary>
    public float[] Directions { get; }

    /// <summary>[rows, slots]: z of unknown slots.</summary>
    public float[] Noise { get; }

    /// <summary>[rows, slots]: whether a slot is known.</summary>
    public bool[] Known { get; }

    /// <summary>When no more is to be told. None, if not set.</summary>
    public TrainingDeadline Deadline { get; set; } = TrainingDeadline.None;

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException"><see cref="Deadline"/> is over.</exception>
    public void Evaluate(ReadOnlySpan<int> rows, ReadOnlySpan<double> times, ReadOnlySpan<double> states, Span<double> slopes)
    {
        if (Deadline.IsOver)
            throw new OperationCanceledException("The time for the training is over.");
        int slots = _denoiser.Slots;
        _tape.Reset();
        var shape = new Shape(rows.Length, slots);
        Tensor input = _tape.Input(shape, requiresGradient: true), sigmas = _tape.Input(new Shape(rows.Length, 1));
        Span<float> directions = _directions.AsSpan(0, rows.Length * slots);
        for (int n = 0; n < rows.Length; n++)
        {
            double sigma = _process.Sigma(times[n]);
            sigmas.Data[n] = (float)sigma;
            for (int i = 0; i < slots; i++)
            {
                int place = (rows[n] * slots) + i;
                input.Data[(n * slots) + i] = (float)(Known[place] ? states[(n * Width) + i] : sigma * Noise[place]);
                directions[(n * slots) + i] = Known[place] ? Directions[place] : 0;
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
