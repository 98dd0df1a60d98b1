namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Smallest and largest value and magnitude.</summary>
internal sealed class Extremes
{
    public double Min { get; private set; } = double.PositiveInfinity;
    public double Max { get; private set; } = double.NegativeInfinity;
    public double MinMagnitude { get; private set; } = double.PositiveInfinity;
    public double MaxMagnitude { get; private set; }
    public bool IsWhole { get; private set; } = true;
    public bool IsEmpty => Min > Max;

    public void Add(double value)
    {
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
        double magnitude = Math.Abs(value);
        if (magnitude > 0)
            MinMagnitude = Math.Min(MinMagnitude, magnitude);
        MaxMagnitude = Math.Max(MaxMagnitude, magnitude);
        IsWhole &= Math.Truncate(value) == value;
    }
}
