using Microsoft.ML.Diffusion.Models.Configuration;

namespace Microsoft.ML.Diffusion.Models.Privacy;

/// <summary>A bound of differential privacy (Dwork, Kenthapadi, McSherry, Mironov, Naor 2006): whatever the result is, it is at most
/// e^<see cref="Epsilon"/> times as probable with a row as without it, but for a probability of <see cref="Delta"/>.</summary>
/// <param name="Epsilon">Above 0; 1 is a usual choice, and beyond 10 the bound says little.</param>
/// <param name="Delta">Above 0 and below 1; well below one in the number of rows.</param>
public readonly record struct PrivacyBudget(double Epsilon, double Delta)
{
    /// <summary>The largest rho for which rho-zero-concentrated differential privacy keeps within this bound; see
    /// <see cref="GaussianAccountant.EpsilonOf(double, double)"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget is impossible.</exception>
    public double ToRho()
    {
        Validate();
        double low = 0, high = 1;
        while (GaussianAccountant.EpsilonOf(high, Delta) <= Epsilon)
            high *= 2;
        for (int i = 0; i < 200 && high - low > 1e-15 * high; i++)
        {
            double middle = (low + high) / 2;
            if (GaussianAccountant.EpsilonOf(middle, Delta) <= Epsilon)
                low = middle;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>Refuses an impossible budget.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is impossible; the message is one sentence.</exception>
    public void Validate()
    {
        OptionCheck.Require(Epsilon > 0 && Epsilon <= 1000, nameof(Epsilon), Epsilon, "above 0 and at most 1,000");
        OptionCheck.Require(Delta > 1e-100 && Delta < 1, nameof(Delta), Delta, "above 1e-100 and below 1");
    }
}
