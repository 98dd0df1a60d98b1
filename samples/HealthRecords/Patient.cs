using Microsoft.ML.Data;

/// <summary>What a patient was ever diagnosed with, 1 for each code, and whether he died in hospital.</summary>
internal sealed class Patient
{
    public VBuffer<float> Codes { get; set; }

    public bool Died { get; set; }

    /// <summary>A patient with some of so many codes.</summary>
    public static Patient Of(IEnumerable<int> codes, int count, bool died)
    {
        int[] places = [.. codes.Order()];
        return new Patient { Codes = new VBuffer<float>(count, places.Length, [.. places.Select(_ => 1f)], places), Died = died };
    }
}
