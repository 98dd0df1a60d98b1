namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>Cuts sorted values at evenly spaced ranks, from the smallest to the largest.</summary>
internal static class EvenRanks
{
    /// <summary>The value at one of the ranks.</summary>
    /// <param name="sorted">At least one value, ascending.</param>
    /// <param name="i">Which rank, 0 to <paramref name="last"/>.</param>
    /// <param name="last">The number of the last rank; 0 where there is but one.</param>
    public static T At<T>(ReadOnlySpan<T> sorted, int i, int last) =>
        sorted[(int)Math.Round((double)i * (sorted.Length - 1) / Math.Max(1, last))];
}
