using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Fuzzing;

// The long form of HostileModelTests:
// dotnet run -c Release --project eng/fuzz -- [--seconds 600] [--count 20000] [--seed 1] [--method masked] [--case N]
// A case is a number: the same seed and number give the same bytes, and --case runs one alone, to see what it does.
long Number(string name, long otherwise) =>
    Array.IndexOf(args, name) is >= 0 and int at ? long.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
string? method = Array.IndexOf(args, "--method") is >= 0 and int place ? args[place + 1] : null;
long seed = Number("--seed", 1), count = Number("--count", 20_000), seconds = Number("--seconds", int.MaxValue);
long only = Number("--case", -1);
FuzzedModel[] models = [.. FuzzedModel.All().Where(model => method is null || model.Name == method)];
int failures = 0;
foreach (FuzzedModel model in models)
{
    var counts = new FuzzCounts();
    var watch = Stopwatch.StartNew();
    if (model.Try(model.Bytes, counts) is { } sound)
        Console.WriteLine($"{model.Name}: the model itself fails: {sound}");
    long share = count / models.Length, first = only >= 0 ? only : 0, last = only >= 0 ? only + 1 : share, done = 0;
    for (long i = first; i < last && watch.Elapsed.TotalSeconds < (double)seconds / models.Length; i++, done++)
    {
        byte[] bytes = ModelMutator.Mutate(model.Bytes, new Random(HashCode(seed, i)));
        if (model.Try(bytes, counts) is not { } failure)
            continue;
        failures++;
        Console.WriteLine($"{model.Name}: seed {seed} case {i}: {failure}");
    }
    Console.WriteLine(
        $"{model.Name}: {model.Bytes.Length} bytes, {done} changed copies, {counts.Refused} refused, {counts.Loaded} loaded, "
        + $"at most {counts.MostAllocated:F1} of its size allocated, "
        + $"{watch.Elapsed.TotalSeconds:F0} s");
}
Console.WriteLine($"{failures} failures");
return failures == 0 ? 0 : 1;

static int HashCode(long seed, long number) => (int)((ulong)(seed * 1_000_003 + number) * 0x9E3779B97F4A7C15 >> 32);
