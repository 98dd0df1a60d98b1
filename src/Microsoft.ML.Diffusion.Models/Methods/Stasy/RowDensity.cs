namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>The logarithm of the density of a row.</summary>
/// <param name="Sum">The logarithm.</param>
/// <param name="Slots">The known slots, over which it goes.</param>
internal readonly record struct RowDensity(double Sum, int Slots)
{
    /// <summary>By which rows of which more and less is known are compared.</summary>
    public double PerSlot => Sum / Slots;
}
