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
            input.Write([token], seen);
            float[] places = seen[(2 + tokens.Count)..];
            Assert.Equal((float)token * tokens.Components / (tokens.Count - 1), places.Sum(), 1e-4f);
            Assert.All(Enumerable.Range(0, last.Length), i => Assert.True(places[i] >= last[i]));
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
