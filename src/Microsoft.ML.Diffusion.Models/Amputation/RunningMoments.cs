namespace Microsoft.ML.Diffusion.Models.Amputation;

/// <summary>Mean and deviation of numbers as they come (Welford 1962).</summary>
internal struct RunningMoments
{
    private double _squares;
    private long _count;

    /// <summary>The mean; 0 of none.</summary>
    public double Mean { get; private set; }

    /// <summary>The deviation of the population; 0 of none.</summary>
    public readonly double Deviation => _count == 0 ? 0 : Math.Sqrt(_squares / _count);

    /// <summary>Adds a number.</summary>
    public void Add(double number)
    {
        _count++;
        double difference = number - Mean;
        Mean += difference / _count;
        _squares += difference * (number - Mean);
    }
}
