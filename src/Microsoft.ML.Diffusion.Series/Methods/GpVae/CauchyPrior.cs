using MathNet.Numerics.LinearAlgebra;

namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>The prior of one latent over the steps of a series: a Gaussian process with a Cauchy kernel,
/// K_ij = variance / (1 + (i - j)^2 / length^2) + 0.001 [i = j] (Fortuin et al. 2020, section 3.1).</summary>
internal sealed class CauchyPrior
{
    private const double Jitter = 1e-3;

    /// <param name="steps">The number of steps.</param>
    /// <param name="variance">The variance of the process, above 0.</param>
    /// <param name="length">The length scale, in steps, above 0.</param>
    public CauchyPrior(int steps, double variance, double length)
    {
        Steps = steps;
        Covariance = new double[steps * steps];
        for (int i = 0; i < steps; i++)
        {
            for (int j = 0; j < steps; j++)
            {
                double distance = (i - j) / length;
                Covariance[i * steps + j] = variance / (1 + distance * distance) + (i == j ? Jitter : 0);
            }
        }
        // Once for a model: nothing of this size is solved while it is trained.
        var cholesky = Matrix<double>.Build.Dense(steps, steps, (double[])Covariance.Clone()).Cholesky();
        HalfLogDeterminant = cholesky.DeterminantLn / 2;
        Precision = cholesky.Solve(Matrix<double>.Build.DenseIdentity(steps)).ToRowMajorArray();
    }

    /// <summary>The number of steps.</summary>
    public int Steps { get; }

    /// <summary>K, row after row.</summary>
    public double[] Covariance { get; }

    /// <summary>The inverse of K, row after row.</summary>
    public double[] Precision { get; }

    /// <summary>log |L|, where K = L L'.</summary>
    public double HalfLogDeterminant { get; }

    /// <summary>The priors of all latents: blocks of equal size whose length scales are halved from block to block, the rest of the
    /// latents in the last.</summary>
    /// <param name="latents">The number of latents.</param>
    /// <param name="scales">The number of blocks.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="variance">The variance of the process.</param>
    /// <param name="length">The length scale of the first block.</param>
    public static CauchyPrior[] ForLatents(int latents, int scales, int steps, double variance, double length)
    {
        int block = (latents + scales - 1) / scales;
        CauchyPrior[] blocks = [.. Enumerable.Range(0, scales).Select(i => new CauchyPrior(steps, variance, length / Math.Pow(2, i)))];
        return [.. Enumerable.Range(0, latents).Select(latent => blocks[Math.Min(latent / block, scales - 1)])];
    }
}
