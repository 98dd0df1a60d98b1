using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Masked;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class TokenInputTests
{
    [Fact]
    public void A_bin_is_known_by_its_place_and_a_frequent_value_also_by_itself()
    {
        double[] values = [.. Enumerable.Range(0, 2000).Select(i => i < 200 ? 0 : (double)i)];
        NumberTokens tokens = NumberTokens.Fit(0, values, hasMissing: false, bins: 30);
        Assert.All(Enumerable.Range(0, tokens.Count), token => Assert.Equal(token == tokens.TokenOf(0), tokens.IsFrequent(token)));

        TokenInput input = new([tokens]);
        float[] last = [];
        for (int token = 0; token < tokens.Count; token++)
        {
            float[] seen = new float[input.Width];
            input.Write([token], [0.5f], seen);
            float[] places = seen[^tokens.Components..];
            Assert.Equal((float)token * tokens.Components / (tokens.Count - 1), places.Sum(), 1e-4f);
            Assert.All(Enumerable.Range(0, last.Length), i => Assert.True(places[i] >= last[i]));
            last = places;
        }
    }

    [Fact]
    public void A_number_is_told_more_exactly_than_its_bin()
    {
        double[] values = [.. Enumerable.Range(0, 3000).Select(i => (double)i)];
        NumberTokens tokens = NumberTokens.Fit(0, values, hasMissing: false, bins: 30);
        TokenInput input = new([tokens]);
        float[] last = [];
        for (int value = 15; value < 2985; value += 10)
        {
            int token = tokens.TokenOf(value);
            float[] seen = new float[input.Width];
            input.Write([token], [tokens.PlaceOf(token, value)], seen);
            float[] places = seen[^(1 + tokens.Components)..];
            // A normal quantile, to some hundredths but for the outermost rows, and a sum that grows with the rank.
            Assert.Equal(NormalDistribution.Quantile((value + 0.5) / 3000), places[0], 0.02);
            Assert.True(last.Length == 0 || (places[0] > last[0] && places[1..].Sum() >= last[1..].Sum()));
            last = places;
        }
    }

    [Theory]
    [InlineData(500, 8)]
    [InlineData(2560, 20)]
    [InlineData(100_000, 29)]
    public void A_number_of_many_rows_is_told_in_finer_places(int rows, int components)
    {
        double[] values = [.. Enumerable.Range(0, rows).Select(i => (double)i)];
        Assert.Equal(components, NumberTokens.Fit(0, values, hasMissing: false, bins: 30).Components, 2.0);
    }
}
