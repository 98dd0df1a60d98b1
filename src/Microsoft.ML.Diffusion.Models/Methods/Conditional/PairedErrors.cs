namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Whether errors are smaller than others in the same cells by more than chance explains: sums up their differences one after
/// another (Welford 1962).</summary>
internal struct PairedErrors
{
    // Differences of less than this many standard errors may be chance.
    private const double Noise = 2;

    private int _count;
    private double _mean;
    private double _squares;

    /// <summary>Adds a cell.</summary>
    /// <param name="error">The error that may be smaller.</param>
    /// <param name="other">The error that it is compared with.</param>
    public void Add(double error, double other)
    {
        double difference = error - other - _mean;
        _mean += difference / ++_count;
        _squares += difference * (error - other - _mean);
    }

    /// <summary>Whether the mean difference is more than two standard errors below 0; never for fewer than two cells.</summary>
    public readonly bool AreSmaller => _count > 1 && _mean < -Noise * Math.Sqrt(_squares / (_count - 1) / _count);
}
