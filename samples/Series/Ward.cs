/// <summary>A ward that is simulated: how ill a patient is wanders from hour to hour and shows in all measurements; who is very ill at the
/// end dies more often.</summary>
internal static class Ward
{
    /// <summary>Complete charts, and who died.</summary>
    public static (List<VitalSigns> Rows, Dictionary<string, bool> Died) Simulate(int patients, int hours, int seed)
    {
        var random = new Random(seed);
        List<VitalSigns> rows = [];
        Dictionary<string, bool> died = [];
        for (int p = 0; p < patients; p++)
        {
            string name = $"patient {p + 1}";
            double age = 45 + 35 * random.NextDouble(), illness = 0.02 * (age - 60) + Normal(random);
            double drift = 0.05 * Normal(random), sum = 0;
            double restingRate = 75 + 8 * Normal(random), restingPressure = 85 + 8 * Normal(random);
            double hour = 0;
            for (int t = 0; t < hours; t++)
            {
                // Charts are not written on the hour.
                hour += 0.5 + random.NextDouble();
                illness = 0.97 * illness + drift + 0.2 * Normal(random);
                sum += illness;
                rows.Add(new VitalSigns
                {
                    Patient = name,
                    Hour = (float)hour,
                    Age = (float)age,
                    HeartRate = (float)(restingRate + 9 * illness + 3 * Normal(random)),
                    Pressure = (float)(restingPressure - 6 * illness + 3 * Normal(random)),
                    Lactate = (float)Math.Exp(0.4 + 0.35 * illness + 0.1 * Normal(random)),
                });
            }
            died[name] = random.NextDouble() < 1 / (1 + Math.Exp(-(1.5 * illness + sum / hours - 2)));
        }
        return (rows, died);
    }

    /// <summary>Charts as they are kept: the heart rate often, lactate seldom, and sometimes nothing for hours.</summary>
    public static List<VitalSigns> WithHoles(IReadOnlyList<VitalSigns> rows, int seed)
    {
        var random = new Random(seed);
        Dictionary<string, double> shares = new() { ["HeartRate"] = 0.3, ["Pressure"] = 0.5, ["Lactate"] = 0.85 };
        List<VitalSigns> kept = [];
        int silent = 0;
        foreach (VitalSigns row in rows)
        {
            VitalSigns copy = row.Copy();
            silent = silent > 0 ? silent - 1 : random.NextDouble() < 0.02 ? random.Next(2, 8) : 0;
            foreach (string name in VitalSigns.Measured)
            {
                if (silent > 0 || random.NextDouble() < shares[name])
                    copy[name] = float.NaN;
            }
            kept.Add(copy);
        }
        return kept;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
