/// <summary>Records of nobody: few codes are common and most are rare, a patient's hidden conditions make some come together, and who
/// has more of
/// the graver ones dies more often.</summary>
internal static class SimulatedRecords
{
    private const int Conditions = 6;

    public static Records Make(int patients, int codes, int seed)
    {
        var random = new Random(seed);
        return new Records(
            [.. Enumerable.Range(1, codes).Select(code => $"{code:000}")],
            [.. Enumerable.Range(0, patients).Select(_ => One(codes, random))]);
    }

    private static Patient One(int codes, Random random)
    {
        double[] conditions = [.. Enumerable.Range(0, Conditions).Select(_ => Normal(random))];
        bool died = random.NextDouble() < Logistic(conditions[0] + conditions[1] - 1.5);
        return Patient.Of(Enumerable.Range(0, codes).Where(code => random.NextDouble() < Probability(code, conditions)), codes, died);
    }

    private static double Probability(int code, double[] conditions)
    {
        double often = 0.35 / Math.Pow(1 + code, 0.7);
        return Logistic(Math.Log(often / (1 - often)) + 1.5 * conditions[code % Conditions]);
    }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
