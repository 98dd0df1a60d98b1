namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>What a method came to on a table.</summary>
/// <param name="Scores">The learner's score, trained on each set of made rows; of real rows one for each seed of the learner.</param>
/// <param name="Rows">How many rows a set has.</param>
/// <param name="Steps">How many steps a network was trained; null where the method has no such number.</param>
internal sealed record MethodScores(double[] Scores, int Rows, int? Steps)
{
    public double Mean => Scores.Average();

    public double Deviation =>
        Scores.Length < 2 ? 0 : Math.Sqrt(Scores.Sum(score => (score - Mean) * (score - Mean)) / (Scores.Length - 1));
}
