using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class NumberTokensTests
{
    [Fact]
    public void A_column_of_few_values_has_a_token_for_each()
    {
        NumberTokens tokens = NumberTokens.Fit(0, [3, 1, 2, 1, 1, 3], hasMissing: false, bins: 8);
        Assert.Equal(3, tokens.Count);
        Assert.Equal([0, 1, 2], new double[] { 1, 2, 3 }.Select(tokens.TokenOf));
        Assert.Equal([1.0, 2, 3], Enumerable.Range(0, 3).Select(token => tokens.ValueOf(token, 0.7f, ValueRange.All)));
        Assert.Equal(-1, tokens.MissingToken);
    }

    [Fact]
    public void A_frequent_value_has_a_token_of_its_own_among_bins()
    {
        double[] values = [.. Enumerable.Range(0, 600).Select(i => i < 300 ? 50 : i / 6.0)];
        NumberTokens tokens = NumberTokens.Fit(0, values, hasMissing: true, bins: 10);
        int frequent = tokens.TokenOf(50);
        Assert.All([0f, 0.5f, 0.99f], uniform => Assert.Equal(50, tokens.ValueOf(frequent, uniform, ValueRange.All)));
        Assert.Equal(tokens.ValueTokens, tokens.MissingToken);
        Assert.InRange(tokens.Count, 6, 13);
    }

    [Fact]
    public void Drawing_a_value_of_every_token_gives_the_distribution_back()
    {
        double[] values = new double[5000];
        for (int i = 0; i < values.Length; i++)
            values[i] = Math.Round(Math.Exp(new Philox(1).Normal((ulong)i)), 2);
        double[] sorted = [.. values.Order()];
        NumberTokens tokens = NumberTokens.Fit(0, [.. values], hasMissing: false, bins: 30);
        double[] drawn = [.. values.Select((value, i) => tokens.ValueOf(tokens.TokenOf(value), new Philox(2).Uniform((ulong)i), ValueRange.All)).Order()];
        Assert.All(drawn, value => Assert.Equal(Math.Round(value, 2), value));
        foreach (double share in new[] { 0.05, 0.25, 0.5, 0.75, 0.95 })
            Assert.Equal(sorted[(int)(share * sorted.Length)], drawn[(int)(share * drawn.Length)], 0.03 + 0.03 * sorted[(int)(share * sorted.Length)]);
    }

    [Fact]
    public void The_share_within_a_range_is_that_of_the_values_drawn_and_they_stay_in_it()
    {
        double[] values = [.. Enumerable.Range(0, 1000).Select(i => i / 999.0 * 100)];
        NumberTokens tokens = NumberTokens.Fit(0, [.. values], hasMissing: false, bins: 10);
        ValueRange range = new(13, 57);
        double inside = Enumerable.Range(0, tokens.Count).Sum(token => tokens.ShareWithin(token, range)) / tokens.Count;
        Assert.Equal(0.44, inside, 0.01);
        for (int token = 0; token < tokens.Count; token++)
        {
            if (tokens.ShareWithin(token, range) == 0)
                continue;
            Assert.All([0f, 0.3f, 0.999f], uniform => Assert.InRange(tokens.ValueOf(token, uniform, range), 13, 57));
        }
    }

    [Fact]
    public void What_lies_outside_belongs_to_the_nearest_token()
    {
        NumberTokens tokens = NumberTokens.Fit(0, [10, 20, 30], hasMissing: false, bins: 4);
        Assert.Equal([0, 0, 1, 2, 2], new double[] { -5, 14, 16, 26, 1000 }.Select(tokens.TokenOf));
        Assert.Equal(-1, tokens.TokenOf(double.NaN));
    }
}
