using Microsoft.ML.Data;

/// <summary>One row of the Wisconsin breast cancer table; a measurement that was not taken is NaN.</summary>
internal sealed class Biopsy
{
    [LoadColumn(1)] public float ClumpThickness { get; set; }
    [LoadColumn(2)] public float CellSize { get; set; }
    [LoadColumn(3)] public float CellShape { get; set; }
    [LoadColumn(4)] public float MarginalAdhesion { get; set; }
    [LoadColumn(5)] public float EpithelialCellSize { get; set; }
    [LoadColumn(6)] public float BareNuclei { get; set; }
    [LoadColumn(7)] public float BlandChromatin { get; set; }
    [LoadColumn(8)] public float NormalNucleoli { get; set; }
    [LoadColumn(9)] public float Mitoses { get; set; }
    [LoadColumn(10)] public bool Malignant { get; set; }

    /// <summary>The measurements, in the order of the file.</summary>
    public static readonly string[] Measurements =
    [
        nameof(ClumpThickness), nameof(CellSize), nameof(CellShape), nameof(MarginalAdhesion), nameof(EpithelialCellSize),
        nameof(BareNuclei), nameof(BlandChromatin), nameof(NormalNucleoli), nameof(Mitoses),
    ];
}

/// <summary>What the trained model says of a biopsy.</summary>
internal sealed class Diagnosis
{
    public bool PredictedLabel { get; set; }

    /// <summary>The probability that the cells are malignant, from 0 to 1.</summary>
    public float Probability { get; set; }

    /// <summary>The measurement that was missing, as the model filled it in.</summary>
    public float BareNuclei { get; set; }
}
