// What examples about patients use without declaring it. See run.sh.
internal static class Given
{
    public static readonly MLContext ml = new(seed: 1);

    public static readonly IDataView rows = ml.Data.LoadFromTextFile<Patient>("patients.csv",
        new TextLoader.Options { Separators = [','], HasHeader = true, MissingRealsAsNaNs = true });

    public static readonly IDataView patients = rows;

    private static readonly DataOperationsCatalog.TrainTestData s_split = ml.Data.TrainTestSplit(
        ml.Transforms.CopyColumns("Outcome", "Label").Append(ml.Transforms.DropColumns("Label")).Fit(rows).Transform(rows),
        testFraction: 0.3, seed: 1);

    public static readonly IDataView train = s_split.TrainSet, test = s_split.TestSet;

    // Any rows with the same columns do for the example.
    public static readonly IDataView synthetic = s_split.TestSet;
}

internal sealed class Patient
{
    [LoadColumn(0)] public float Age { get; set; }
    [LoadColumn(1)] public float Lactate { get; set; }
    [LoadColumn(2)] public string Ward { get; set; } = "";
    [LoadColumn(3)] public bool Label { get; set; }
}
