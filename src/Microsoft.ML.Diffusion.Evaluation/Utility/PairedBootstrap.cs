using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Evaluation.Fidelity;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>How far two kinds of training rows differ in what models learn from them, and how sure that is.</summary>
internal static class PairedBootstrap
{
    private const int Resamples = 400;
    private const double Confidence = 0.95;
    private const ulong Stream = 0x426F_6F74, SeedStream = 0x426F_6F75;

    /// <summary>The mean difference over trainers and seeds, and its interval.</summary>
    /// <param name="better">For each trainer its models on the rows that may be better, one a seed.</param>
    /// <param name="plain">The same models on the other rows, in the same order.</param>
    /// <param name="rows">How many test rows there are.</param>
    /// <param name="seed">Decides the resamples.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    public static UtilityDifference Compare(
        ResampledMetric[][] better, ResampledMetric[][] plain, int rows, ulong seed, CancellationToken cancel)
    {
        int[] once = [.. Enumerable.Repeat(1, rows)];
        double mean = better.Zip(plain, (a, b) => a.Average(model => model.Of(once)) - b.Average(model => model.Of(once)))
            .DefaultIfEmpty(double.NaN).Average();
        double[] found = new double[Resamples];
        ParallelLoop.Run(Resamples, resample =>
            found[resample] = OnResample(better, plain, rows, new Philox(seed, Stream).Fork((ulong)resample),
                new Philox(seed, SeedStream).Fork((ulong)resample)), cancel: cancel);
        double[] sorted = [.. found.Where(double.IsFinite).Order()];
        // Where most resamples lack a class, what is left of them says little.
        return double.IsNaN(mean) || sorted.Length < Resamples / 2
            ? new(mean, double.NaN, double.NaN, Confidence, sorted.Length)
            : new(mean, Quantiles.Of(sorted, (1 - Confidence) / 2), Quantiles.Of(sorted, (1 + Confidence) / 2), Confidence, sorted.Length);
    }

    /// <summary>One resample: test rows with replacement, the same for all models, and for each trainer seeds with replacement.</summary>
    private static double OnResample(ResampledMetric[][] better, ResampledMetric[][] plain, int rows, Philox random, Philox seeds)
    {
        int[] counts = new int[rows];
        for (int i = 0; i < rows; i++)
            counts[random.Below((ulong)i, rows)]++;
        double sum = 0;
        ulong draw = 0;
        for (int trainer = 0; trainer < better.Length; trainer++)
        {
            int models = better[trainer].Length;
            int[] chosen = new int[models];
            for (int i = 0; i < models; i++)
                chosen[seeds.Below(draw++, models)]++;
            for (int model = 0; model < models; model++)
            {
                if (chosen[model] > 0)
                    sum += chosen[model] * (better[trainer][model].Of(counts) - plain[trainer][model].Of(counts)) / models;
            }
        }

        return sum / better.Length;
    }
}
