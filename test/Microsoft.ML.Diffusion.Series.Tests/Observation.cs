namespace Microsoft.ML.Diffusion.Series.Tests;

/// <summary>A step of a patient's series.</summary>
public sealed class Observation
{
    public string Patient { get; set; } = "";

    public float Hour { get; set; }

    public float HR { get; set; }

    public double Lactate { get; set; }

    public float Age { get; set; }

    public bool Dies { get; set; }

    /// <summary>Patients of 5 to 24 steps at irregular hours, a third of whose values are missing, one patient after another.</summary>
    public static List<Observation> Make(int patients)
    {
        var random = new Random(3);
        List<Observation> rows = [];
        for (int p = 0; p < patients; p++)
        {
            bool dies = p % 2 == 1;
            double level = random.NextDouble(), hour = 0;
            for (int t = 0; t < 5 + p * 7 % 20; t++)
            {
                hour += 0.25 + random.NextDouble() * 2;
                level += 0.1 * (random.NextDouble() - 0.5);
                rows.Add(new Observation
                {
                    Patient = $"p{p}",
                    Hour = (float)hour,
                    HR = random.NextDouble() < 0.33 ? float.NaN : (float)(60 + 40 * level + (dies ? 30 : 0)),
                    Lactate = random.NextDouble() < 0.33 ? double.NaN : 1 + level * level + (dies ? 2 : 0),
                    Age = 30 + p,
                    Dies = dies,
                });
            }
        }
        return rows;
    }

    /// <summary>The same values in another object.</summary>
    public Observation Copy() => (Observation)MemberwiseClone();

    /// <summary>Everything, exact to the bit.</summary>
    public string Exact() => $"{Patient} {BitConverter.SingleToInt32Bits(Hour)} {BitConverter.SingleToInt32Bits(HR)} " +
        $"{BitConverter.DoubleToInt64Bits(Lactate)} {Age}";
}
