namespace Microsoft.ML.Diffusion.Series.Data;

/// <summary>One series: what was seen of some variables at some times.</summary>
/// <param name="Times">The time of each step, ascending, in any unit.</param>
/// <param name="Cells">The values, step after step, a step's variables side by side; NaN is missing.</param>
internal sealed record Series(double[] Times, double[] Cells)
{
    /// <summary>The number of steps.</summary>
    public int Length => Times.Length;

    /// <summary>Numbers that hold for the whole series; NaN is missing.</summary>
    public double[] Statics { get; init; } = [];
}
