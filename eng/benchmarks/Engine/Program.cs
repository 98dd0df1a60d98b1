// The managed engine's speed, one case at a time: a request is a line "CASE THREADS SECONDS", the answer a line with how many
// steps, rows or floating-point operations a second; the case "peak" is how many the processor can do. Several requests alternate
// with another program's in one run, which is how against-pytorch.sh compares the two on a machine whose speed drifts. With
// arguments: one line for each case named, and for a product a line with its share of the peak. A case ends with @ and a vector's
// bits where that is to be other than the widest: conditional-census-b128@32 is scalar.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Tensors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var prepared = new Dictionary<string, (Action Run, double Count)>(StringComparer.Ordinal);
if (args.Length > 0)
{
    foreach (string name in args)
    {
        int threads = Environment.ProcessorCount;
        Console.WriteLine($"{name} {Measure(name, threads, seconds: 3):G5}");
        if (!name.StartsWith("gemm", StringComparison.Ordinal))
            continue;
        // In turn and the middle one, as the speed of the machine drifts.
        double[] shares = [.. Enumerable.Range(0, 9).Select(_ => Measure(name, threads, 0.3) / Measure("peak", threads, 0.3)).Order()];
        Console.WriteLine($"# {name}: {shares[shares.Length / 2]:P0} of the peak, {Measure("peak", threads, 1):G5}");
    }

    return;
}

while (Console.ReadLine() is { } line)
{
    string[] words = line.Split(' ');
    Console.WriteLine(Measure(words[0], int.Parse(words[1]), double.Parse(words[2])).ToString("R"));
    Console.Out.Flush();
}

double Measure(string name, int threads, double seconds)
{
    string key = $"{name} {threads}";
    if (!prepared.TryGetValue(key, out (Action Run, double Count) measured))
    {
        string[] parts = name.Split('@');
        int? width = parts.Length > 1 ? int.Parse(parts[1]) : null;
        measured = Cases.Create(parts[0], new ManagedEngine(new ManagedEngineOptions { Threads = threads, VectorWidth = width }));
        prepared.Add(key, measured);

        // Warm up past the just-in-time compiler's tiers.
        for (var warm = Stopwatch.StartNew(); warm.Elapsed.TotalSeconds < Math.Min(seconds, 1.5);)
            measured.Run();
    }

    var clock = Stopwatch.StartNew();
    long runs = 0;
    do
    {
        measured.Run();
        runs++;
    }
    while (clock.Elapsed.TotalSeconds < seconds);
    return runs * measured.Count / clock.Elapsed.TotalSeconds;
}
