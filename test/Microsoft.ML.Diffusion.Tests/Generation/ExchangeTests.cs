using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

namespace Microsoft.ML.Diffusion.Tests.Generation;

/// <summary>The estimator on several ranks.</summary>
public class ExchangeTests
{
    [Fact]
    public void Without_a_seed_all_ranks_take_that_of_rank_0_and_make_the_same_rows()
    {
        float[][] made = ThreadExchange.Run(3, exchange =>
        {
            var ml = new MLContext();
            IDataView rows = Rows(ml);
            DiffusionSynthesizeTransformer maker = ml.Transforms.DiffusionSynthesize(null, new()
            {
                Method = new TabDdpmOptions { Steps = 5, BatchSize = 20, Layers = [8], DiffusionSteps = 5, Threads = 1 },
                Exchange = exchange,
            }).Fit(rows);
            return ml.Data.CreateEnumerable<Row>(maker.Generate(30), reuseRowObject: false).Select(row => row.X).ToArray();
        });

        Assert.True(made[0].Distinct().Count() > 1);
        Assert.All(made, own => Assert.Equal(made[0], own));
    }

    [Fact]
    public void A_method_whose_steps_are_short_is_refused_when_the_estimator_is_made()
    {
        ThreadExchange.Run(1, exchange =>
        {
            var e = Assert.Throws<ArgumentException>(() => new MLContext(1).Transforms.DiffusionSynthesize(
                null, new() { Method = new MaskedOptions(), Exchange = exchange }));
            Assert.Contains("a step of masked takes less time than the exchange of its gradients", e.Message, StringComparison.Ordinal);
            Assert.Contains("tabddpm, meddiff was expected", e.Message, StringComparison.Ordinal);
            return 0;
        });
    }

    private static IDataView Rows(MLContext ml)
    {
        var random = new Random(5);
        return ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, 40).Select(_ => new Row { X = random.NextSingle(), Y = random.NextSingle() }).ToArray());
    }

    private sealed class Row
    {
        public float X { get; set; }

        public float Y { get; set; }
    }
}
