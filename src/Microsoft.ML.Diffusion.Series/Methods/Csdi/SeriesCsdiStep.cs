using Microsoft.ML.Diffusion.Models.Methods.Csdi;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Csdi;

// The process, not the folder of the baseline.
using GaussianProcess = Microsoft.ML.Diffusion.Core.Processes.GaussianProcess;

/// <summary>The loss of a batch and its gradient: the mean squared error of the noise of hidden values.</summary>
/// <param name="denoiser">The network.</param>
/// <param name="process">The process.</param>
/// <param name="series">The windows of a batch.</param>
/// <param name="atOnce">How many of them the tape holds at a time.</param>
/// <param name="variables">The number of variables.</param>
/// <param name="engine">Where to compute.</param>
internal sealed class SeriesCsdiStep(
    CsdiDenoiser denoiser, GaussianProcess process, int series, int atOnce, int variables, TensorEngine engine) : IDisposable
{
    private readonly Tape _tape = engine.CreateTape(training: true);

    /// <summary>Adds the gradient of a batch to the parameters of the network.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="random">This step's random stream, for dropout.</param>
    /// <returns>The loss.</returns>
    public double Run(SeriesCsdiBatch batch, Philox random)
    {
        int steps = denoiser.Steps, size = steps * variables;
        double loss = 0;
        for (int first = 0; first < series; first += atOnce)
        {
            int count = Math.Min(atOnce, series - first), rows = count * size;
            Range part = (first * size)..(first * size + rows);
            _tape.Reset();
            Tensor input = Copy(batch.Input.AsSpan((2 * first * size)..(2 * first * size + 2 * rows)), 2);
            Tensor known = Copy(batch.Known.AsSpan(part), 1), epsilon = Copy(batch.Epsilon.AsSpan(part), 1);
            Tensor counts = Copy(batch.Counts.AsSpan(part), 1);
            int width = CsdiDenoiser.TimeWidth;
            Tensor times = Copy(batch.Times.AsSpan((first * steps * width)..((first + count) * steps * width)), width);
            Tensor predicted = denoiser.Forward(
                _tape, input, known, process, batch.Levels.AsSpan(first, count), random.Fork((ulong)first), times);
            Tensor error = _tape.MaskedSquaredError(predicted, epsilon, counts, LossReduction.Sum);
            Tensor own = _tape.Scale(error, 1f / Math.Max(1, batch.Count));
            _tape.Backward(own);
            loss += own.Data[0];
        }
        return loss;
    }

    public void Dispose() => _tape.Dispose();

    private Tensor Copy(ReadOnlySpan<float> values, int columns)
    {
        Tensor tensor = _tape.Input(new Shape(values.Length / columns, columns));
        values.CopyTo(tensor.Data);
        return tensor;
    }
}
