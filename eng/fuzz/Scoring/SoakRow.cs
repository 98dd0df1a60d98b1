namespace Microsoft.ML.Diffusion.Fuzzing.Scoring;

/// <summary>A simulated row of numbers and words that hang together, with holes.</summary>
internal sealed class SoakRow
{
    public static string[] Columns { get; } = [nameof(Age), nameof(Weight), nameof(Dose), nameof(Ward), nameof(Risk)];

    public float Age { get; set; }

    public float Weight { get; set; }

    public float Dose { get; set; }

    public string Ward { get; set; } = "";

    public string Risk { get; set; } = "";

    public static SoakRow[] Simulate(int count)
    {
        var random = new Random(5);
        var rows = new SoakRow[count];
        for (int i = 0; i < count; i++)
        {
            double level = random.NextDouble();
            rows[i] = new SoakRow
            {
                Age = Hole() ? float.NaN : (float)Math.Round(20 + (60 * level)),
                Weight = Hole() ? float.NaN : (float)(50 + (40 * random.NextDouble())),
                Dose = Hole() ? float.NaN : (float)(level * level * 10),
                Ward = Hole() ? "" : $"w{(int)(4 * level)}",
                Risk = Hole() ? "" : random.NextDouble() < level ? "high" : "low",
            };
        }

        return rows;

        bool Hole() => random.Next(4) == 0;
    }

    public bool IsSame(SoakRow other) => (Age, Weight, Dose, Ward, Risk) == (other.Age, other.Weight, other.Dose, other.Ward, other.Risk);
}
