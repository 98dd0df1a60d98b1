using Microsoft.ML.Diffusion.Models.Configuration;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Privacy;

/// <summary>What a network's training under a bound did to its gradients: each row's was shortened to a norm, and normal noise was added to
/// the sum over the rows of a sample (Abadi, Chu, Goodfellow, McMahan, Mironov, Talwar, Zhang 2016, algorithm 1).</summary>
/// <param name="Multiplier">The standard deviation of the noise over <paramref name="ClippingNorm"/>, above 0.</param>
/// <param name="SamplingRate">The probability with which each row, by itself, is in a step's sample; above 0, at most 1.</param>
/// <param name="Steps">How many steps.</param>
/// <param name="ClippingNorm">The largest Euclidean norm of a row's gradient.</param>
public sealed record GradientNoise(double Multiplier, double SamplingRate, int Steps, double ClippingNorm)
{
    // The noise of a search ends within this share of the least that is enough.
    private const double Accuracy = 1e-3;
    private const double Most = 1e4, LeastKept = 0.01;

    /// <summary>The least noise with which a training keeps within a bound.</summary>
    /// <param name="budget">The bound, of which rho is spent otherwise.</param>
    /// <param name="rho">What was spent otherwise, as zero-concentrated differential privacy.</param>
    /// <param name="samplingRate">See the record.</param>
    /// <param name="steps">See the record.</param>
    /// <param name="clippingNorm">See the record.</param>
    /// <exception cref="ArgumentOutOfRangeException">No noise is enough.</exception>
    internal static GradientNoise Within(PrivacyBudget budget, double rho, double samplingRate, int steps, double clippingNorm)
    {
        GradientNoise Of(double multiplier) => new(multiplier, samplingRate, steps, clippingNorm);
        double low = 0, high = 1;
        while (Of(high).EpsilonAt(budget.Delta, rho) > budget.Epsilon)
        {
            low = high;
            high *= 2;
            OptionCheck.Require(
                high <= Most, nameof(budget.Epsilon), budget.Epsilon,
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"large enough for a network at delta {budget.Delta:G3}, which some hundredths are not"));
        }
        while (high - low > Accuracy * high)
        {
            double middle = (low + high) / 2;
            if (Of(middle).EpsilonAt(budget.Delta, rho) > budget.Epsilon)
                low = middle;
            else
                high = middle;
        }
        return Of(high);
    }

    /// <summary>The least epsilon that is proven for these steps and what was spent beside them.</summary>
    /// <param name="delta">Above 0 and below 1.</param>
    /// <param name="rho">What was spent beside them, as zero-concentrated differential privacy.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is impossible.</exception>
    public double EpsilonAt(double delta, double rho = 0)
    {
        var accountant = new GaussianAccountant();
        accountant.AddSampledGaussian(Multiplier, SamplingRate, Steps);
        accountant.AddZeroConcentrated(rho);
        return accountant.EpsilonAt(delta);
    }

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Multiplier);
        writer.Write(SamplingRate);
        writer.Write(Steps);
        writer.Write(ClippingNorm);
    }

    internal static GradientNoise Load(BinaryReader reader)
    {
        double multiplier = reader.ReadFinite("the noise of gradients"), rate = reader.ReadFinite("the sampling rate");
        int steps = reader.ReadBetween(0, int.MaxValue, "the number of steps");
        double norm = reader.ReadFinite("the norm of gradients");
        // Less noise than this takes long to account for, and promises nothing.
        CheckedReading.Require(multiplier >= LeastKept && rate is > 0 and <= 1 && norm > 0, "the noise of its gradients is impossible");
        return new GradientNoise(multiplier, rate, steps, norm);
    }
}
