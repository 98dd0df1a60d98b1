using Microsoft.ML.Data;

/// <summary>A row of patients.csv. NaN and empty text are missing.</summary>
internal sealed class Patient
{
    [LoadColumn(0)] public float Age { get; set; }
    [LoadColumn(1)] public float Lactate { get; set; }
    [LoadColumn(2)] public string Ward { get; set; } = "";
    [LoadColumn(3)] public bool Label { get; set; }
}

/// <summary>What the model says of a row.</summary>
internal sealed class Prediction
{
    public float Lactate { get; set; }
    public float Probability { get; set; }
}
