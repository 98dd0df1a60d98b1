using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>The posteriors of a batch of series, one for each latent of each: between the encoder and the decoder.</summary>
/// <remarks>They are computed in double precision beside the tape, with their gradients by hand: the chain over the steps has no
/// parallel form that an engine would do faster, and a latent takes microseconds.</remarks>
internal sealed class LatentBatch
{
    private readonly GpVaeSettings _settings;
    private readonly CauchyPrior[] _priors;
    private readonly BidiagonalPosterior[] _posteriors;
    private readonly double[] _draw;
    private readonly float[] _normal;

    public LatentBatch(GpVaeSettings settings, int series)
    {
        _settings = settings;
        _priors = CauchyPrior.ForLatents(settings.Latents, settings.Scales, settings.Steps, settings.Variance, settings.LengthScale);
        _posteriors = [.. Enumerable.Range(0, series * settings.Latents).Select(_ => new BidiagonalPosterior(settings.Steps))];
        _draw = new double[settings.Steps];
        _normal = new float[settings.Steps];
    }

    /// <summary>The posterior of a latent of a series.</summary>
    public BidiagonalPosterior this[int series, int latent] => _posteriors[series * _settings.Latents + latent];

    /// <summary>Reads the parameters.</summary>
    /// <param name="encoded">What <see cref="GpVaeNetwork.Encode"/> returned.</param>
    /// <param name="series">The number of series.</param>
    public void Read(ReadOnlySpan<float> encoded, int series)
    {
        int latents = _settings.Latents, steps = _settings.Steps, width = 3 * latents;
        for (int i = 0; i < series * latents; i++)
        {
            BidiagonalPosterior posterior = _posteriors[i];
            int latent = i % latents;
            for (int t = 0; t < steps; t++)
            {
                ReadOnlySpan<float> step = encoded.Slice((i / latents * steps + t) * width, width);
                posterior.Mean[t] = step[latent];
                posterior.Diagonal[t] = Squash.Diagonal(_settings.Squash, step[latents + 2 * latent]);
                posterior.Off[t] = t == steps - 1 ? 0 : Squash.Off(_settings.Squash, step[latents + 2 * latent + 1]);
            }
            posterior.ClearGradients();
        }
    }

    /// <summary>Writes the means.</summary>
    public void WriteMeans(Span<float> latents, int series)
    {
        for (int i = 0; i < series * _settings.Latents; i++)
            Write(latents, i, _posteriors[i].Mean);
    }

    /// <summary>Makes a draw of every latent of a series.</summary>
    /// <param name="random">Where it comes from: it depends on nothing else, in particular not on the other series of the batch.</param>
    /// <param name="series">Which series of the batch.</param>
    /// <param name="latents">[series times steps, latents], the draw among them.</param>
    public void Draw(Philox random, int series, Span<float> latents)
    {
        for (int latent = 0; latent < _settings.Latents; latent++)
        {
            int i = series * _settings.Latents + latent;
            random.Fork((ulong)latent).FillNormal(_normal);
            _posteriors[i].Draw(_normal, _draw);
            Write(latents, i, _draw);
        }
    }

    /// <summary>Takes gradients back from the draws to the parameters, with those of the divergence from the prior.</summary>
    /// <param name="encoded">What <see cref="Read"/> was given.</param>
    /// <param name="gradient">The gradient with respect to the draws.</param>
    /// <param name="series">The number of series.</param>
    /// <param name="factor">The factor of the divergence in the loss.</param>
    /// <param name="result">The gradient with respect to <paramref name="encoded"/>.</param>
    /// <returns>The divergence, summed over latents and series.</returns>
    public double Backward(ReadOnlySpan<float> encoded, ReadOnlySpan<float> gradient, int series, double factor, Span<float> result)
    {
        int latents = _settings.Latents, steps = _settings.Steps, width = 3 * latents;
        double divergence = 0;
        for (int i = 0; i < series * latents; i++)
        {
            BidiagonalPosterior posterior = _posteriors[i];
            int latent = i % latents, start = i / latents * steps;
            for (int t = 0; t < steps; t++)
                _draw[t] = gradient[(start + t) * latents + latent];
            posterior.DrawBackward(_draw);
            divergence += posterior.Divergence(_priors[latent], factor);
            for (int t = 0; t < steps; t++)
            {
                ReadOnlySpan<float> step = encoded.Slice((start + t) * width, width);
                Span<float> own = result.Slice((start + t) * width, width);
                int diagonal = latents + 2 * latent;
                own[latent] = (float)posterior.MeanGradient[t];
                own[diagonal] = (float)(posterior.DiagonalGradient[t] * Squash.DiagonalSlope(_settings.Squash, step[diagonal]));
                own[diagonal + 1] = t == steps - 1
                    ? 0
                    : (float)(posterior.OffGradient[t] * Squash.OffSlope(_settings.Squash, step[diagonal + 1]));
            }
        }
        return divergence;
    }

    private void Write(Span<float> latents, int posterior, double[] values)
    {
        int start = posterior / _settings.Latents * _settings.Steps, latent = posterior % _settings.Latents;
        for (int t = 0; t < _settings.Steps; t++)
            latents[(start + t) * _settings.Latents + latent] = (float)values[t];
    }
}
