namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Which elements are dropped: those whose draw (element i has draw i) is below the rate; the others are scaled up.</summary>
/// <param name="Rate">0 for none, to below 1.</param>
/// <param name="Random">The draws.</param>
internal readonly record struct Dropping(float Rate, Philox Random)
{
    /// <summary>What an element that stays is multiplied by.</summary>
    internal float Kept => 1 / (1 - Rate);
}
