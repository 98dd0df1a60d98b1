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

    /// <summary>The mean differences over trainers and seeds, and their intervals.</summary>
    /// <param name="real">For each trainer its models on the real rows, one a seed.</param>
    /// <param name="synthetic">The same models on the synthetic rows, in the same order.</param>
    /// <param name="both">The same models on both.</param>
    /// <param name="nothing">What the metric is of a model that knows nothing.</param>
    /// <param name="rows">How many test rows there are.</param>
    /// <param name="seed">Decides the resamples.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    public static Differences Compare(
        ResampledMetric[][] real, ResampledMetric[][] synthetic, ResampledMetric[][] both, double nothing, int rows, ulong seed,
        CancellationToken cancel)
    {
        int[] once = [.. Enumerable.Repeat(1, rows)];
        double[] means = [.. new[] { real, synthetic, both }.Select(models =>
            models.Select(own => own.Average(model => model.Of(once))).DefaultIfEmpty(double.NaN).Average())];
        var found = new (double Real, double Synthetic, double Both)[Resamples];
        ParallelLoop.Run(Resamples, resample =>
            found[resample] = OnResample(real, synthetic, both, rows, new Philox(seed, Stream).Fork((ulong)resample),
                new Philox(seed, SeedStream).Fork((ulong)resample)), cancel: cancel);
        return new(
            Interval(means[0] - nothing, found.Select(means => means.Real - nothing)),
            Interval(means[1] - means[0], found.Select(means => means.Synthetic - means.Real)),
            Interval(means[2] - means[0], found.Select(means => means.Both - means.Real)));
    }

    private static UtilityDifference Interval(double mean, IEnumerable<double> found)
    {
        double[] sorted = [.. found.Where(double.IsFinite).Order()];
        // Where most resamples lack a class, what is left of them says little.
        return double.IsNaN(mean) || sorted.Length < Resamples / 2
            ? new(mean, double.NaN, double.NaN, Confidence, sorted.Length)
            : new(mean, Quantiles.Of(sorted, (1 - Confidence) / 2), Quantiles.Of(sorted, (1 + Confidence) / 2), Confidence, sorted.Length);
    }

    /// <summary>One resample: test rows with replacement, the same for all models, and for each trainer seeds with replacement.</summary>
    private static (double Real, double Synthetic, double Both) OnResample(
        ResampledMetric[][] real, ResampledMetric[][] synthetic, ResampledMetric[][] both, int rows, Philox random, Philox seeds)
    {
        int[] counts = new int[rows];
        for (int i = 0; i < rows; i++)
            counts[random.Below((ulong)i, rows)]++;
        (double onReal, double onSynthetic, double onBoth) = (0, 0, 0);
        ulong draw = 0;
        for (int trainer = 0; trainer < real.Length; trainer++)
        {
            int models = real[trainer].Length;
            int[] chosen = new int[models];
            for (int i = 0; i < models; i++)
                chosen[seeds.Below(draw++, models)]++;
            for (int model = 0; model < models; model++)
            {
                if (chosen[model] == 0)
                    continue;
                double weight = chosen[model] / ((double)models * real.Length);
                onReal += weight * real[trainer][model].Of(counts);
                onSynthetic += weight * synthetic[trainer][model].Of(counts);
                onBoth += weight * both[trainer][model].Of(counts);
            }
        }

        return (onReal, onSynthetic, onBoth);
    }

    /// <summary>What was compared.</summary>
    /// <param name="RealMinusNothing">Real rows, over no knowledge.</param>
    /// <param name="SyntheticMinusReal">Synthetic rows, over real ones.</param>
    /// <param name="BothMinusReal">Both together, over real ones.</param>
    public sealed record Differences(
        UtilityDifference RealMinusNothing, UtilityDifference SyntheticMinusReal, UtilityDifference BothMinusReal);
}
