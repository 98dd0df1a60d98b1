namespace Microsoft.ML.Diffusion.Series.Methods.Baselines;

/// <summary>A value that was observed at some time.</summary>
/// <param name="Time">When.</param>
/// <param name="Value">The value; NaN where there is none.</param>
internal readonly record struct ObservedValue(double Time, double Value)
{
    /// <summary>No value.</summary>
    public static ObservedValue None => new(double.NaN, double.NaN);

    /// <summary>Whether there is a value.</summary>
    public bool IsThere => !double.IsNaN(Value);
}
