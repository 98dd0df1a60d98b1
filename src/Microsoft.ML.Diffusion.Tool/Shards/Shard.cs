using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Shards;

/// <summary>One of some parts of a piece of work, each done by a process of its own.</summary>
/// <param name="Number">1 for the first part.</param>
/// <param name="Count">How many parts there are.</param>
internal readonly record struct Shard(int Number, int Count)
{
    private const int MostShards = 99_999;
    private const string Expected = "a part and how many there are, such as 3/10, or auto, or auto/10, was expected";

    /// <summary>Reads what the user said.</summary>
    /// <param name="text"><c>3/10</c> is the third of ten parts. <c>auto</c> takes both numbers from an array job of Slurm; <c>auto/10</c>
    /// takes the part from there or from an indexed job of Kubernetes.</param>
    /// <param name="environment">Gives the variables of the environment.</param>
    /// <exception cref="UsageException">The text says no part, or there is no such job.</exception>
    public static Shard Parse(string text, Func<string, string?> environment)
    {
        string[] sides = text.Split('/');
        int count = 0;
        bool isKnown = sides.Length switch
        {
            1 => sides[0] == "auto",
            2 => TryRead(sides[1], out count) && count is >= 1 and <= MostShards,
            _ => false,
        };
        if (!isKnown)
            throw new UsageException($"--shard is '{text}' where {Expected} (at most {MostShards} parts).");
        int number;
        if (sides[0] == "auto")
            (number, count) = Job(environment, count);
        else if (!TryRead(sides[0], out number))
            throw new UsageException($"--shard is '{text}' where {Expected}.");
        if (number < 1 || number > count)
            throw new UsageException($"--shard is '{text}', part {number}, where a part from 1 to {count} was expected.");
        return new Shard(number, count);
    }

    private static (int Number, int Count) Job(Func<string, string?> environment, int count)
    {
        if (Value("SLURM_ARRAY_TASK_ID") is { } task)
        {
            int first = Value("SLURM_ARRAY_TASK_MIN") ?? 0, step = Value("SLURM_ARRAY_TASK_STEP") ?? 1;
            int tasks = count > 0 ? count : Value("SLURM_ARRAY_TASK_COUNT") ?? 0;
            return (((task - first) / Math.Max(1, step)) + 1, tasks);
        }

        // An indexed job of Kubernetes does not tell its pods how many they are.
        if (Value("JOB_COMPLETION_INDEX") is { } index)
        {
            return count > 0
                ? (index + 1, count)
                : throw new UsageException("--shard auto needs the number of parts in an indexed job of Kubernetes, such as auto/10.");
        }

        throw new UsageException(
            "--shard auto takes the part from SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX, and neither is in the environment.");

        int? Value(string name) => TryRead(environment(name), out int value) ? value : null;
    }

    private static bool TryRead(string? text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
