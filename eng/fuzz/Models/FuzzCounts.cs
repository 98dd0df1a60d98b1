namespace Microsoft.ML.Diffusion.Fuzzing.Models;

/// <summary>How many damaged models were refused, and how many work all the same.</summary>
internal sealed class FuzzCounts
{
    public int Refused { get; set; }

    public int Loaded { get; set; }

    /// <summary>What a load allocated at most, beyond what any needs, in sizes of the file.</summary>
    public double MostAllocated { get; set; }
}
