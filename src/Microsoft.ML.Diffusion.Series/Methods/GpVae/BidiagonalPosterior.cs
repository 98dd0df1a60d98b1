namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>The posterior of one latent over the steps of a series: a normal distribution whose precision is U U', with U upper
/// bidiagonal (Fortuin et al. 2020, section 3.3; Bamler and Mandt 2017).</summary>
/// <remarks>
/// U' x = e is solved step after step, x_t = (e_t - b_{t-1} x_{t-1}) / a_t, so a draw is a chain of steps and takes linear time. The
/// covariance of step i with an earlier step j is the variance of j times the product of the ratios r_{j+1} .. r_i, where
/// r_t = -b_{t-1} / a_t; the divergence needs no more than these.
/// </remarks>
internal sealed class BidiagonalPosterior
{
    private readonly double[] _ratios;
    private readonly double[] _variances;
    private readonly double[] _varianceGradients;
    private readonly double[] _ratioGradients;
    private readonly double[] _tails;

    /// <param name="steps">The number of steps.</param>
    public BidiagonalPosterior(int steps)
    {
        Mean = new double[steps];
        Diagonal = new double[steps];
        Off = new double[steps];
        Noise = new double[steps];
        MeanGradient = new double[steps];
        DiagonalGradient = new double[steps];
        OffGradient = new double[steps];
        _ratios = new double[steps];
        _variances = new double[steps];
        _varianceGradients = new double[steps];
        _ratioGradients = new double[steps];
        _tails = new double[steps + 1];
    }

    /// <summary>The number of steps.</summary>
    public int Steps => Mean.Length;

    /// <summary>The mean of each step.</summary>
    public double[] Mean { get; }

    /// <summary>The diagonal of U, above 0.</summary>
    public double[] Diagonal { get; }

    /// <summary>The diagonal of U above the main one: its element t is in column t + 1. The last is not used.</summary>
    public double[] Off { get; }

    /// <summary>The deviation of the last draw from the mean.</summary>
    public double[] Noise { get; }

    /// <summary>The gradient with respect to <see cref="Mean"/>; added to by every call.</summary>
    public double[] MeanGradient { get; }

    /// <summary>The gradient with respect to <see cref="Diagonal"/>; added to by every call.</summary>
    public double[] DiagonalGradient { get; }

    /// <summary>The gradient with respect to <see cref="Off"/>; added to by every call.</summary>
    public double[] OffGradient { get; }

    /// <summary>Sets the gradients to zero.</summary>
    public void ClearGradients()
    {
        Array.Clear(MeanGradient);
        Array.Clear(DiagonalGradient);
        Array.Clear(OffGradient);
    }

    /// <summary>Makes a draw.</summary>
    /// <param name="normal">A standard normal number for each step.</param>
    /// <param name="draw">The draw.</param>
    public void Draw(ReadOnlySpan<float> normal, Span<double> draw)
    {
        double last = 0;
        for (int t = 0; t < Steps; t++)
        {
            last = (normal[t] - (t == 0 ? 0 : Off[t - 1] * last)) / Diagonal[t];
            Noise[t] = last;
            draw[t] = Mean[t] + last;
        }
    }

    /// <summary>Takes the gradient with respect to the last draw back to the parameters.</summary>
    public void DrawBackward(ReadOnlySpan<double> gradient)
    {
        double next = 0;
        for (int t = Steps - 1; t >= 0; t--)
        {
            MeanGradient[t] += gradient[t];
            double own = (gradient[t] - (t == Steps - 1 ? 0 : Off[t] * next)) / Diagonal[t];
            DiagonalGradient[t] -= own * Noise[t];
            if (t > 0)
                OffGradient[t - 1] -= own * Noise[t - 1];
            next = own;
        }
    }

    /// <summary>The Kullback-Leibler divergence from the prior, exactly; its gradient times a factor is added to the gradients.</summary>
    /// <param name="prior">The prior.</param>
    /// <param name="factor">What the gradient is multiplied by; the result is not.</param>
    public double Divergence(CauchyPrior prior, double factor)
    {
        int steps = Steps;
        double[] precision = prior.Precision;
        double result = prior.HalfLogDeterminant - steps / 2.0;
        Chain();
        Array.Clear(_ratioGradients);
        for (int j = 0; j < steps; j++)
        {
            // Horner's rule for the sum over i > j of P_ij r_{j+1} .. r_i; the tails are what the rule has before it comes to i.
            double tail = 0;
            for (int i = steps - 1; i > j; i--)
            {
                _tails[i] = precision[j * steps + i] + tail;
                tail = _ratios[i] * _tails[i];
            }
            double trace = precision[j * steps + j] + 2 * tail;
            result += _variances[j] * trace / 2 + Math.Log(Diagonal[j]);
            DiagonalGradient[j] += factor / Diagonal[j];
            _varianceGradients[j] = factor * trace / 2;
            double product = factor * _variances[j];
            for (int i = j + 1; i < steps && product != 0; i++)
            {
                _ratioGradients[i] += product * _tails[i];
                product *= _ratios[i];
            }
            double pull = 0;
            for (int i = 0; i < steps; i++)
                pull += precision[j * steps + i] * Mean[i];
            result += Mean[j] * pull / 2;
            MeanGradient[j] += factor * pull;
        }
        ChainBackward();
        return result;
    }

    /// <summary>The variance of each step.</summary>
    public ReadOnlySpan<double> Variances()
    {
        Chain();
        return _variances;
    }

    private void Chain()
    {
        for (int t = 0; t < Steps; t++)
        {
            _ratios[t] = t == 0 ? 0 : -Off[t - 1] / Diagonal[t];
            _variances[t] = 1 / (Diagonal[t] * Diagonal[t]) + (t == 0 ? 0 : _ratios[t] * _ratios[t] * _variances[t - 1]);
        }
    }

    private void ChainBackward()
    {
        for (int t = Steps - 1; t >= 0; t--)
        {
            double own = _varianceGradients[t], diagonal = Diagonal[t];
            DiagonalGradient[t] -= 2 * own / (diagonal * diagonal * diagonal);
            if (t == 0)
                continue;
            double ratio = _ratioGradients[t] + 2 * own * _ratios[t] * _variances[t - 1];
            _varianceGradients[t - 1] += own * _ratios[t] * _ratios[t];
            OffGradient[t - 1] -= ratio / diagonal;
            DiagonalGradient[t] -= ratio * _ratios[t] / diagonal;
        }
    }
}
