using System.Diagnostics;
using Microsoft.ML.Diffusion.Fuzzing.Configurations;
using Microsoft.ML.Diffusion.Fuzzing.Models;
using Microsoft.ML.Diffusion.Fuzzing.SeriesModels;
using Microsoft.ML.Diffusion.Fuzzing.Tables;

namespace Microsoft.ML.Diffusion.Fuzzing;

/// <summary>Runs the cases of one attack, and tells which failed.</summary>
/// <param name="seed">With the number of a case it says all about the case.</param>
/// <param name="count">How many cases.</param>
/// <param name="seconds">Ends earlier than that after this time.</param>
/// <param name="only">The number of the only case to run; -1 for all.</param>
internal sealed class FuzzRun(long seed, long count, long seconds, long only)
{
    private const int LongestHead = 64 << 10;

    /// <summary>Changed tables.</summary>
    /// <param name="folder">Real tables, whose beginnings are changed too; null for none.</param>
    /// <returns>How many failed, as of the others.</returns>
    public int Tables(string? folder)
    {
        string[] real = folder is null ? [] : [.. Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal).Select(Head)];
        string place = Directory.CreateTempSubdirectory("fuzz-").FullName;
        var attack = new TableAttack(place, real);
        (int failures, long done, double took) = Run(count, seconds, "csv", attack.Try);
        Console.WriteLine(
            $"{done} tables, {attack.Done} done, {attack.Refused} refused, the slowest in {attack.Slowest.TotalSeconds:F2} s, {took:F0} s");
        Directory.Delete(place, recursive: true);
        return failures;
    }

    /// <summary>Changed configurations.</summary>
    public int Configurations()
    {
        string place = Directory.CreateTempSubdirectory("fuzz-").FullName;
        var attack = new ConfigurationAttack(place);
        (int failures, long done, double took) = Run(count, seconds, "config", attack.Try);
        Console.WriteLine(
            $"{done} configurations, {attack.Taken} taken, {attack.Trained} of them trained, {attack.Refused} refused, "
            + $"the slowest in {attack.Slowest.TotalSeconds:F2} s, {took:F0} s");
        Directory.Delete(place, recursive: true);
        return failures;
    }

    /// <summary>Changed models.</summary>
    /// <param name="method">Of this method alone; null for all.</param>
    public int Models(string? method)
    {
        FuzzedModel[] models = [.. FuzzedModel.All().Concat(FuzzedSeries.All()).Where(model => method is null || model.Name == method)];
        int failures = 0;
        foreach (FuzzedModel model in models)
        {
            var counts = new FuzzCounts();
            if (model.Try(model.Bytes, counts) is { } sound)
                Console.WriteLine($"{model.Name}: the model itself fails: {sound}");
            (int failed, long done, double took) = Run(count / models.Length, seconds / models.Length, model.Name, random =>
                model.Try(ModelMutator.Mutate(model.Bytes, random), counts));
            failures += failed;
            Console.WriteLine(
                $"{model.Name}: {model.Bytes.Length} bytes, {done} changed copies, {counts.Refused} refused, {counts.Loaded} loaded, "
                + $"at most {counts.MostAllocated:F1} of its size allocated, {took:F0} s");
        }

        return failures;
    }

    private (int Failures, long Done, double Seconds) Run(long cases, long limit, string name, Func<Random, string?> attempt)
    {
        var watch = Stopwatch.StartNew();
        long first = Math.Max(0, only), last = only >= 0 ? only + 1 : cases, done = 0;
        int failures = 0;
        for (long i = first; i < last && watch.Elapsed.TotalSeconds < limit; i++, done++)
        {
            if (attempt(new Random(HashCode(i))) is not { } failure)
                continue;
            failures++;
            Console.WriteLine($"{name}: seed {seed} case {i}: {failure}");
        }

        return (failures, done, watch.Elapsed.TotalSeconds);
    }

    private int HashCode(long number) => (int)((ulong)(seed * 1_000_003 + number) * 0x9E3779B97F4A7C15 >> 32);

    private static string Head(string path)
    {
        using var reader = new StreamReader(path);
        char[] head = new char[LongestHead];
        return new string(head, 0, reader.ReadBlock(head));
    }
}
