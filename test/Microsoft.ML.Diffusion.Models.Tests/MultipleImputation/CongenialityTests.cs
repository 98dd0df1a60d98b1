using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.MultipleImputation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests.MultipleImputation;

/// <summary>Draws know what an analysis with an interaction and the effect of a group asks for, which nobody told the imputer of.</summary>
[Trait("Category", "Simulation")]
public class CongenialityTests
{
    private const int Tables = 20, Rows = 500, Draws = 5;

    [SimulationFact]
    public void An_interaction_and_the_effect_of_a_group_are_found_without_bias_and_intervals_hold_them()
    {
        double[] truth = InteractionTable.Coefficients;
        Tally ours = new(truth), whole = new(truth);
        for (ulong seed = 0; seed < Tables; seed++)
        {
            (Table complete, Table holes) = InteractionTable.Make(Rows, seed);
            whole.Add(InteractionTable.Analyse(complete));
            Regression[] analyses = [.. Enumerable.Range(0, Draws).Select(draw => InteractionTable.Analyse(Imputed(holes, seed, draw)))];
            for (int i = 0; i < truth.Length; i++)
            {
                PooledEstimate pooled = Rubin.Pool(
                    [.. analyses.Select(a => a.Estimates[i])], [.. analyses.Select(a => a.StandardErrors[i])],
                    analyses[0].DegreesOfFreedom);
                ours.Add(i, pooled.Estimate, pooled.StandardError, pooled.Lower, pooled.Upper);
            }
        }

        int[] all = [.. Enumerable.Range(0, truth.Length)];
        // Within two and a half standard errors each, which is chance for one of six in thirteen simulations, and near one on average. The
        // same tables without holes have means that differ from the truth by chance, up to 2.7.
        double[] biases = Array.ConvertAll(all, i => Math.Abs(ours.Bias(i)) / ours.ErrorOfMean(i));
        Assert.All(biases, bias => Assert.InRange(bias, 0, 2.5));
        Assert.InRange(biases.Average(), 0, 1.5);
        // What the holes add to the estimates of the same tables, against the error of one estimate.
        Assert.All(all, i => Assert.InRange(Math.Abs(ours.Bias(i) - whole.Bias(i)), 0, ours.ErrorOfMean(i) * Math.Sqrt(Tables) / 2));
        Assert.InRange(all.Average(ours.Coverage), 0.92, 0.98);
    }

    // As ml.Data.MultiplyImpute does it.
    private static Table Imputed(Table holes, ulong seed, int draw)
    {
        ImputerOptions options = new ConditionalOptions { Seed = (seed * 1000) + (ulong)draw }.ForDraws();
        return TableImputer.Train(Bootstrap.Sample(holes, options.Seed), options).Impute(holes, ImputationMode.Draw, seed, draw);
    }

    private sealed class SimulationFactAttribute : FactAttribute
    {
        private const string Variable = "MLDIFFUSION_SIMULATIONS";

        public SimulationFactAttribute()
        {
            if (Environment.GetEnvironmentVariable(Variable) != "1")
                Skip = $"It trains {Tables * Draws} models, which takes minutes: set {Variable}=1 to run it.";
        }
    }
}
