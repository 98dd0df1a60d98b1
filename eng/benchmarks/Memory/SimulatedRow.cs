using Microsoft.ML.Data;

/// <summary>A row of numbers that hang together, a fifth of them missing.</summary>
internal sealed class SimulatedRow
{
    public const int Columns = 10;

    [VectorType(Columns)]
    public float[] Values { get; } = new float[Columns];

    /// <summary>Rows made one after another, always in the same object.</summary>
    public static IEnumerable<SimulatedRow> Make(int count)
    {
        var random = new Random(1);
        var row = new SimulatedRow();
        for (int i = 0; i < count; i++)
        {
            float level = random.NextSingle();
            for (int column = 0; column < Columns; column++)
                row.Values[column] = random.NextSingle() < 0.2f ? float.NaN : level + (0.1f * random.NextSingle());
            yield return row;
        }
    }
}
