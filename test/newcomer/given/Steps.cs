// What examples about time series use without declaring it. See run.sh.
internal static class Given
{
    public static readonly MLContext ml = new(seed: 1);

    // Two of five steps lack something.
    public static readonly IDataView rows = ml.Data.LoadFromEnumerable(
        from patient in Enumerable.Range(0, 12)
        from hour in Enumerable.Range(0, 24)
        select new Observation
        {
            Patient = $"P{patient}",
            Hour = hour,
            HR = hour % 5 == 1 ? float.NaN : 70 + patient + (10 * MathF.Sin(hour / 4f)),
            Lactate = hour % 5 == 3 ? float.NaN : 2 + MathF.Sin(hour / 6f),
        });
}

internal sealed class Observation
{
    public string Patient { get; set; } = "";
    public float Hour { get; set; }
    public float HR { get; set; }
    public float Lactate { get; set; }
}
