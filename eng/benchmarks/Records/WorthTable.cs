using System.Diagnostics;
using Microsoft.ML.Diffusion.Evaluation.Yardsticks;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>What records of several methods are worth: means over splits of the real records into those that are learnt from and
/// others.</summary>
internal sealed class WorthTable(Arguments arguments, ResultTable results)
{
    /// <summary>Measures.</summary>
    /// <param name="real">All real records.</param>
    /// <param name="held">How many are not learnt from.</param>
    public void Write(CompactTable real, int held)
    {
        Table all = real.ToTable();
        string[] methods = arguments.List("methods", "real,coins,copula,cart,default,meddiff");
        Dictionary<string, List<RecordWorth>> worths =
            methods.ToDictionary(method => method, _ => new List<RecordWorth>(), StringComparer.Ordinal);
        Dictionary<string, double> seconds = methods.ToDictionary(method => method, _ => 0.0, StringComparer.Ordinal);
        string[] seeds = arguments.List("seeds", "0,1,2");
        foreach (string seed in seeds)
        {
            int[] order = [.. Enumerable.Range(0, all.RowCount)];
            new Philox(ulong.Parse(seed), 77).Shuffle(order.AsSpan());
            Table training = all.Take(order.AsSpan(held)), fresh = all.Take(order.AsSpan(0, held));
            foreach (string method in methods)
            {
                TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
                Table made = Make(method, training, ulong.Parse(seed));
                seconds[method] += (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds / seeds.Length;
                worths[method].Add(RecordWorth.Of(training, fresh, made));
                Console.WriteLine($"{seed} {method}: {string.Join(" | ", worths[method][^1].Cells())}");
            }
        }
        foreach (string method in methods)
            results.Add([Title(method), .. RecordWorth.MeanOf(worths[method]).Cells(), $"{seconds[method]:F0}"]);
        results.Write();
    }

    private Table Make(string method, Table training, ulong seed)
    {
        int rows = training.RowCount;
        switch (method)
        {
            case "real":
                return training;
            case "coins":
                return PlainRecords.CoinFlips(training, rows, seed);
            case "copula":
                return PlainRecords.GaussianCopula(training, rows, seed);
            case "cart":
                return SequentialCart.Make(training, rows, seed);
            case "default" or "meddiff":
                DiffusionGeneratorOptions options = method == "default" ? new MaskedOptions() : new MedDiffOptions();
                options.Seed = seed;
                if (method == "meddiff" || arguments.List("methods", "").Length == 1)
                    arguments.Set(options);
                return DiffusionGenerator.Train(training, options).Generate(rows, seed: seed);
            default:
                throw new ArgumentException($"There is no method '{method}'.", nameof(method));
        }
    }

    private static string Title(string method) => method switch
    {
        "real" => "the training records themselves",
        "coins" => "independent coin flips",
        "copula" => "Gaussian copula",
        "cart" => "sequential CART",
        _ => $"`{method}`",
    };
}
