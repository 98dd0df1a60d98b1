namespace Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;

/// <summary>A marginal that was measured with noise.</summary>
/// <param name="Columns">Of which columns, ascending.</param>
/// <param name="Counts">The noisy counts; the last column's state changes fastest.</param>
/// <param name="Precisions">One over the variance of the noise, of every count.</param>
/// <param name="Potentials">The parameters of the model that belong to it: logarithms of factors, of every count.</param>
internal sealed record Measurement(int[] Columns, double[] Counts, double[] Precisions, double[] Potentials)
{
    /// <summary>A marginal to which nothing was fitted yet.</summary>
    public Measurement(int[] columns, double[] counts, double[] precisions)
        : this(columns, counts, precisions, new double[counts.Length])
    {
    }
}
