namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>A trainer and what to call it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Make">Makes it for a seed.</param>
internal sealed record NamedTrainer(string Name, Func<int, IEstimator<ITransformer>> Make)
{
    /// <summary>Trainers that a caller gave: the same ones for every seed, named after their class and numbered where that is not
    /// enough.</summary>
    public static NamedTrainer[] Of(IEstimator<ITransformer>[] trainers)
    {
        string[] names = [.. trainers.Select(trainer => NameOf(trainer.GetType()))];
        int Count(IEnumerable<string> some, string name) => some.Count(other => string.Equals(other, name, StringComparison.Ordinal));
        return [.. trainers.Select((trainer, i) =>
            new NamedTrainer(Count(names, names[i]) > 1 ? $"{names[i]} {Count(names.Take(i + 1), names[i])}" : names[i], _ => trainer))];
    }

    private static string NameOf(Type type)
    {
        string name = type.Name.Split('`')[0];
        foreach (string ending in (ReadOnlySpan<string>)["Trainer", "Binary", "Multiclass", "Regression"])
            name = name.EndsWith(ending, StringComparison.Ordinal) && name.Length > ending.Length ? name[..^ending.Length] : name;
        return name;
    }
}
