using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.MedDiff;

/// <summary>What one thread asks for the noise in a batch of rows: the network, what leads it to a class, and cells that are
/// known.</summary>
internal sealed class MedDiffNetwork : INoisePredictor, IDisposable
{
    private readonly UNet1dDenoiser _denoiser;
    private readonly NoisyClassifier? _classifier;
    private readonly NoiseSchedule _schedule;
    private readonly float _weight;
    private readonly bool _predictsNoise;
    private readonly int _anyClass;
    private readonly Tape _tape;
    private readonly Tape _gradients;
    private float[] _levels = [];
    private float[] _known = [];
    private int[] _classes = [];
    private int[] _any = [];
    private int _count;

    /// <param name="engine">Where to compute.</param>
    /// <param name="denoiser">The network; only read.</param>
    /// <param name="classifier">The classifier that guides, of this thread alone, since its gradients are written; or none.</param>
    /// <param name="schedule">What they were trained with.</param>
    /// <param name="sampling">The weight of the guidance, and what the network predicts.</param>
    /// <param name="anyClass">What stands for any class where the network is told classes.</param>
    public MedDiffNetwork(
        TensorEngine engine, UNet1dDenoiser denoiser, NoisyClassifier? classifier, NoiseSchedule schedule, MedDiffSampling sampling, int anyClass)
    {
        (_denoiser, _classifier, _schedule, _anyClass) = (denoiser, classifier, schedule, anyClass);
        (_weight, _predictsNoise) = ((float)sampling.Weight, sampling.PredictsNoise);
        _tape = engine.CreateTape(training: false);
        _gradients = engine.CreateTape(training: true);
    }

    /// <inheritdoc/>
    public int Width => _denoiser.Slots;

    /// <summary>The class of each row of the batch.</summary>
    public Span<int> Classes => _classes.AsSpan(0, _count);

    /// <summary>The numbers of each row that are known, NaN elsewhere.</summary>
    public Span<float> Known => _known.AsSpan(0, _count * Width);

    /// <summary>When no more is to be told. None, if not set.</summary>
    public TrainingDeadline Deadline { get; set; } = TrainingDeadline.None;

    /// <summary>Makes room for a batch.</summary>
    public void Begin(int rows)
    {
        _count = rows;
        if (_classes.Length >= rows)
            return;
        _levels = new float[rows];
        _classes = new int[rows];
        _any = new int[rows];
        _any.AsSpan().Fill(_anyClass);
        _known = new float[rows * Width];
    }

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException"><see cref="Deadline"/> is over.</exception>
    public void Predict(ReadOnlySpan<float> states, int level, Span<float> epsilon)
    {
        if (Deadline.IsOver)
            throw new OperationCanceledException("The time for the training is over.");
        float signal = (float)_schedule.Signal(level), noise = (float)_schedule.Noise(level);
        _levels.AsSpan(0, _count).Fill(level);
        bool isTold = _classifier is null && _anyClass > 0;
        Ask(states, isTold ? Classes : [], 1 + (isTold ? _weight : 0), epsilon, isFirst: true);
        if (isTold && _weight != 0)
            Ask(states, _any.AsSpan(0, _count), -_weight, epsilon, isFirst: false);
        for (int i = 0; !_predictsNoise && i < states.Length; i++)
            epsilon[i] = noise * states[i] + signal * epsilon[i];
        if (_classifier is not null && _weight != 0)
            Guide(states, noise, epsilon);
        Span<float> known = Known;
        for (int i = 0; i < known.Length; i++)
        {
            // The noise that keeps a known number on its way.
            if (!float.IsNaN(known[i]))
                epsilon[i] = (states[i] - signal * known[i]) / noise;
        }
    }

    public void Dispose()
    {
        _tape.Dispose();
        _gradients.Dispose();
    }

    private void Ask(ReadOnlySpan<float> states, ReadOnlySpan<int> classes, float factor, Span<float> answer, bool isFirst)
    {
        int width = Width, padded = _denoiser.PaddedSlots;
        _tape.Reset();
        Tensor input = _tape.Input(new Shape(_count, padded));
        input.Data.Clear();
        for (int row = 0; row < _count; row++)
            states.Slice(row * width, width).CopyTo(input.Data[(row * padded)..]);
        ReadOnlySpan<float> predicted = _denoiser.Forward(_tape, input, _levels.AsSpan(0, _count), classes).Data;
        for (int row = 0; row < _count; row++)
        {
            for (int i = 0; i < width; i++)
                answer[row * width + i] = (isFirst ? 0 : answer[row * width + i]) + factor * predicted[row * padded + i];
        }
    }

    private void Guide(ReadOnlySpan<float> states, float noise, Span<float> epsilon)
    {
        _gradients.Reset();
        Tensor input = _gradients.Input(new Shape(_count, Width), requiresGradient: true);
        states.CopyTo(input.Data);
        _gradients.Backward(_classifier!.CrossEntropy(_gradients, input, _levels.AsSpan(0, _count), Classes));
        // The gradient of minus log p.
        ReadOnlySpan<float> gradient = input.Gradient;
        for (int i = 0; i < epsilon.Length; i++)
            epsilon[i] += _weight * noise * gradient[i];
    }
}
