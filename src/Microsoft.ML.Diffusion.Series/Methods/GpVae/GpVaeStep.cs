using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>The loss of a batch and its gradient: the mean over series of minus the log likelihood of the observed cells, given one draw
/// of the latents, plus beta times the divergence of the posterior from the prior.</summary>
internal sealed class GpVaeStep : IDisposable
{
    private readonly GpVaeNetwork _network;
    private readonly GpVaeSettings _settings;
    private readonly LatentBatch _latents;
    private readonly Tape _encoding;
    private readonly Tape _decoding;

    public GpVaeStep(GpVaeNetwork network, GpVaeSettings settings, int series, TensorEngine engine)
    {
        (_network, _settings) = (network, settings);
        _latents = new LatentBatch(settings, series);
        _encoding = engine.CreateTape(training: true);
        _decoding = engine.CreateTape(training: true);
    }

    /// <summary>Adds the gradient of a batch to the parameters of the network.</summary>
    /// <param name="values">[series times steps, variables], zero where missing.</param>
    /// <param name="mask">1 where observed, else 0.</param>
    /// <param name="series">The number of series.</param>
    /// <param name="random">Where the draw comes from.</param>
    /// <returns>The loss without the constant log(2 pi) / 2 of each observed number.</returns>
    public double Gradient(ReadOnlySpan<float> values, ReadOnlySpan<float> mask, int series, Philox random)
    {
        int rows = series * _settings.Steps, variables = values.Length / rows;
        _encoding.Reset();
        Tensor input = _encoding.Input(new Shape(rows, variables));
        values.CopyTo(input.Data);
        Tensor encoded = _network.Encode(_encoding, input);
        _latents.Read(encoded.Data, series);

        _decoding.Reset();
        Tensor draw = _decoding.Input(new Shape(rows, _settings.Latents), requiresGradient: true);
        for (int i = 0; i < series; i++)
            _latents.Draw(random.Fork((ulong)i), i, draw.Data);
        Tensor decoded = _network.Decode(_decoding, draw);
        double error = _settings.IsBinary
            ? BackwardOfLogits(decoded, values, mask, series)
            : BackwardOfMeans(decoded, values, mask, series);

        Tensor slopes = _encoding.Input(encoded.Shape);
        ReadOnlySpan<float> own = encoded.Data;
        double divergence = _latents.Backward(own, draw.Gradient, series, _settings.Beta / series, slopes.Data);
        GivenSlopes.Backward(_encoding, encoded, slopes);
        return error + _settings.Beta * divergence / series;
    }

    public void Dispose()
    {
        _encoding.Dispose();
        _decoding.Dispose();
    }

    private double BackwardOfMeans(Tensor decoded, ReadOnlySpan<float> values, ReadOnlySpan<float> mask, int series)
    {
        Tensor target = _decoding.Input(decoded.Shape), weights = _decoding.Input(decoded.Shape);
        values.CopyTo(target.Data);
        mask.CopyTo(weights.Data);
        Tensor error = _decoding.MaskedSquaredError(decoded, target, weights, LossReduction.Sum);
        Tensor loss = _decoding.Scale(error, 0.5f / series);
        _decoding.Backward(loss);
        return loss.Data[0];
    }

    private double BackwardOfLogits(Tensor decoded, ReadOnlySpan<float> values, ReadOnlySpan<float> mask, int series)
    {
        Tensor slopes = _decoding.Input(decoded.Shape);
        ReadOnlySpan<float> logits = decoded.Data;
        Span<float> to = slopes.Data;
        double sum = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            double logit = logits[i];
            sum += mask[i] * (Math.Max(logit, 0) - logit * values[i] + Math.Log(1 + Math.Exp(-Math.Abs(logit))));
            to[i] = (float)(mask[i] * (1 / (1 + Math.Exp(-logit)) - values[i]) / series);
        }
        GivenSlopes.Backward(_decoding, decoded, slopes);
        return sum / series;
    }
}
