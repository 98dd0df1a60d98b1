using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.MultipleImputation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>The simulation of eng/benchmarks/MultipleImputation with few tables and smaller networks; it gives the same numbers
/// everywhere.</summary>
public class CoverageTests
{
    private const int Tables = 8, Rows = 250, Imputations = 5;

    [Fact]
    public void Pooled_intervals_hold_the_truth_where_those_of_the_column_mean_do_not()
    {
        double[] truth = SimulatedTable.Coefficients;
        int pooledHits = 0, meanHits = 0;
        double pooledWidth = 0, completeWidth = 0;
        for (ulong seed = 0; seed < Tables; seed++)
        {
            (Table complete, Table incomplete) = SimulatedTable.Make(Rows, seed);
            Regression[] drawn = [.. Imputed(incomplete, seed).Select(Regression.Of)];
            Regression mean = Regression.Of(TableImputer.Train(incomplete, new MeanModeOptions()).Impute(incomplete));
            Regression whole = Regression.Of(complete);
            for (int i = 0; i < truth.Length; i++)
            {
                PooledEstimate pooled = Rubin.Pool([.. drawn.Select(a => a.Estimates[i])], [.. drawn.Select(a => a.StandardErrors[i])], whole.DegreesOfFreedom);
                pooledHits += pooled.Lower <= truth[i] && truth[i] <= pooled.Upper ? 1 : 0;
                pooledWidth += pooled.Upper - pooled.Lower;
                (double lower, double upper) = mean.Interval(i);
                meanHits += lower <= truth[i] && truth[i] <= upper ? 1 : 0;
                (lower, upper) = whole.Interval(i);
                completeWidth += upper - lower;
            }
        }

        // Of 24 intervals 23 should. Fewer than 20 would be bad luck once in 150.
        Assert.InRange(pooledHits, 20, 24);
        Assert.True(meanHits <= 12, $"{meanHits} intervals of the column mean hold the truth");
        // No magic either: wider than with complete data, and not by much more than the two fifths of missing values call for.
        Assert.InRange(pooledWidth / completeWidth, 1.15, 1.7);
    }

    private static IEnumerable<Table> Imputed(Table incomplete, ulong seed)
    {
        for (int i = 0; i < Imputations; i++)
        {
            ConditionalOptions options = new()
            {
                Members = ImputationMembers.Gaussian,
                Draws = true,
                ValidationShare = 0,
                Width = 24,
                Blocks = 1,
                BatchSize = 64,
                Epochs = 300,
                SamplingSteps = 50,
                Seed = (seed * 1000) + (ulong)i,
            };
            var imputer = TableImputer.Train(Bootstrap.Sample(incomplete, options.Seed), options);
            yield return imputer.Impute(incomplete, ImputationMode.Draw, seed, i);
        }
    }
}
