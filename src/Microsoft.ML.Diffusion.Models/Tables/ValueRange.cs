using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>A range of numbers, both ends included.</summary>
/// <param name="Minimum">The smallest number; may be negative infinity.</param>
/// <param name="Maximum">The largest number; may be positive infinity.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ValueRange(double Minimum, double Maximum)
{
    /// <summary>Every number.</summary>
    public static ValueRange All { get; } = new(double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Whether a number lies in the range.</summary>
    /// <param name="value">The number.</param>
    public bool Contains(double value) => value >= Minimum && value <= Maximum;
}
