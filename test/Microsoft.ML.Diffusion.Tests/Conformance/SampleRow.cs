using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tests.Conformance;

/// <summary>A row with a column of every type that an estimator of ours works on, and two that pass through.</summary>
public sealed class SampleRow
{
    public float Number { get; set; }

    public float Age { get; set; }

    public double Income { get; set; }

    [VectorType(3)]
    public float[] Signals { get; set; } = [];

    // ML.NET reads 0 to 3 from a class as the keys 1 to 4, and any other number as the key 0.
    [KeyType(4)]
    public uint Ward { get; set; }

    public string City { get; set; } = "";

    public bool Label { get; set; }

    public static string[] Fillable => [nameof(Age), nameof(Income), nameof(Signals), nameof(Ward), nameof(City)];

    /// <summary>Rows whose columns depend on each other, with about a fifth of the values missing.</summary>
    public static List<SampleRow> Make(int count)
    {
        var random = new Random(7);
        List<SampleRow> rows = [];
        for (int i = 0; i < count; i++)
        {
            bool label = random.Next(2) == 1;
            double level = random.NextDouble() + (label ? 0.6 : 0);
            rows.Add(new SampleRow
            {
                // Not whole: a number, and no key.
                Number = i + 0.5f,
                Age = IsMissing() ? float.NaN : (float)(20 + (40 * level)),
                Income = IsMissing() ? double.NaN : 1000 * level,
                Signals = [IsMissing() ? float.NaN : (float)level, 0, IsMissing() ? float.NaN : (float)-level],
                Ward = IsMissing() ? uint.MaxValue : (uint)Math.Min(3, level * 2.5),
                City = IsMissing() ? "" : level > 0.8 ? "Oulu" : "Turku",
                Label = label,
            });
        }

        return rows;

        bool IsMissing() => random.NextDouble() < 0.2;
    }
}
