using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>The covariance of any two cells of a series: a sum of processes, each of a speed of its own and shared by the variables
/// (a linear model of coregionalisation, Journel and Huijbregts 1978), and noise of each cell.</summary>
/// <remarks>
/// Cov(v at s, w at t) = sum over k of B_k[v, w] f_k(|s - t|), plus noise_v for the same cell. f_k(d) = exp(-d / scale_k), one that stays
/// for the whole series where the scale is infinite, and, where there is a period, f(d) = exp(-d / scale) cos(2 pi d / period).
/// B_k = A_k A_k' + diag(d_k^2), so that it cannot have a negative eigenvalue.
/// </remarks>
internal sealed class SeriesCovariance
{
    /// <param name="variables">The number of variables.</param>
    /// <param name="scales">The scale of each process, above 0; infinite for one that stays.</param>
    /// <param name="period">The period of the last process; 0 for none.</param>
    /// <param name="rank">The columns of each A_k.</param>
    /// <param name="factors">Each A_k, [variables, rank].</param>
    /// <param name="own">Each d_k, [variables].</param>
    /// <param name="noise">The variance of the noise of each variable, above 0.</param>
    public SeriesCovariance(int variables, double[] scales, double period, int rank, double[][] factors, double[][] own, double[] noise)
    {
        (Variables, Scales, Period, Rank, Factors, Own, Noise) = (variables, scales, period, rank, factors, own, noise);
        Shared = new double[scales.Length][];
        for (int k = 0; k < scales.Length; k++)
            Shared[k] = Product(factors[k], own[k], variables, rank);
    }

    public int Variables { get; }

    public double[] Scales { get; }

    public double Period { get; }

    public int Rank { get; }

    public double[][] Factors { get; }

    public double[][] Own { get; }

    public double[] Noise { get; }

    /// <summary>Each B_k, [variables, variables].</summary>
    public double[][] Shared { get; }

    public int Processes => Scales.Length;

    /// <summary>f_k of a distance, for every process.</summary>
    public void Weights(double distance, Span<double> weights) => Weights(Scales, Period, distance, weights);

    /// <inheritdoc cref="Weights(double, Span{double})"/>
    public static void Weights(double[] scales, double period, double distance, Span<double> weights)
    {
        for (int k = 0; k < scales.Length; k++)
            weights[k] = double.IsPositiveInfinity(scales[k]) ? 1 : Math.Exp(-distance / scales[k]);
        if (period > 0)
            weights[scales.Length - 1] *= Math.Cos(2 * Math.PI * distance / period);
    }

    /// <summary>The covariances of the variables at two times, without noise.</summary>
    /// <param name="distance">How far the times lie apart.</param>
    /// <param name="covariances">[variables, variables].</param>
    public void Between(double distance, double[] covariances)
    {
        Span<double> weights = stackalloc double[Processes];
        Weights(distance, weights);
        Array.Clear(covariances);
        for (int k = 0; k < Processes; k++)
            Models.Prediction.DenseMatrix.AddScaled(covariances, weights[k], Shared[k]);
    }

    /// <summary>The covariance of one variable at different times.</summary>
    public SeriesCovariance Alone(int variable)
    {
        double[][] own = [.. Shared.Select(shared => (double[])[Math.Sqrt(shared[variable * Variables + variable])])];
        return new SeriesCovariance(1, Scales, Period, 0, [.. Scales.Select(_ => Array.Empty<double>())], own, [Noise[variable]]);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Variables);
        writer.Write(Rank);
        writer.WriteArray(Scales);
        writer.Write(Period);
        writer.WriteArray(Noise);
        for (int k = 0; k < Processes; k++)
        {
            writer.WriteArray(Factors[k]);
            writer.WriteArray(Own[k]);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static SeriesCovariance Load(BinaryReader reader, int variables)
    {
        reader.ReadBetween(variables, variables, "the number of variables");
        int rank = reader.ReadBetween(0, variables, "the rank");
        double[] scales = reader.ReadArray<double>();
        bool areScales = scales.Length is > 0 and < 100 && Array.TrueForAll(scales, scale => scale > 0);
        CheckedReading.Require(areScales, "a time scale is not above 0");
        double period = reader.ReadFinite("the period");
        CheckedReading.Require(period >= 0, "the period is negative");
        double[] noise = reader.ReadFiniteDoubles("variances of noise", variables);
        CheckedReading.Require(Array.TrueForAll(noise, variance => variance > 0), "a variance is not above 0");
        double[][] factors = new double[scales.Length][], own = new double[scales.Length][];
        for (int k = 0; k < scales.Length; k++)
        {
            factors[k] = reader.ReadFiniteDoubles("loadings", variables * rank);
            own[k] = reader.ReadFiniteDoubles("deviations", variables);
        }
        return new SeriesCovariance(variables, scales, period, rank, factors, own, noise);
    }

    private static double[] Product(double[] factor, double[] own, int variables, int rank)
    {
        double[] result = new double[variables * variables];
        for (int i = 0; i < variables; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = i == j ? own[i] * own[i] : 0;
                for (int r = 0; r < rank; r++)
                    sum += factor[i * rank + r] * factor[j * rank + r];
                result[i * variables + j] = result[j * variables + i] = sum;
            }
        }
        return result;
    }
}
