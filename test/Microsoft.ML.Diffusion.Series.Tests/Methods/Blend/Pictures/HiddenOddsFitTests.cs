using Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Blend.Pictures;

public class HiddenOddsFitTests
{
    private const int Windows = 40, Cells = 400;

    [Theory]
    [InlineData(0.8, 0.4)]
    [InlineData(0.2, 0.6)]
    [InlineData(0.95, 0.5)]
    public void The_change_of_the_odds_is_found_where_cells_hide_themselves(double hiddenOnes, double hiddenZeros)
    {
        HiddenOdds odds = HiddenOddsFit.Of(Make((isOne, _) => isOne ? hiddenOnes : hiddenZeros, tooSure: 1));
        Assert.Equal(Logit(hiddenOnes) - Logit(hiddenZeros), odds.Hiding, 0.25);
        Assert.Equal(1, odds.Slope, 0.1);
    }

    [Fact]
    public void A_network_that_is_too_sure_is_held_back_and_hiding_found_all_the_same()
    {
        HiddenOdds odds = HiddenOddsFit.Of(Make((isOne, _) => isOne ? 0.8 : 0.4, tooSure: 2));
        Assert.Equal(0.5, odds.Slope, 0.08);
        Assert.Equal(Logit(0.8) - Logit(0.4), odds.Hiding, 0.25);
    }

    [Fact]
    public void Nothing_is_changed_where_values_do_not_tell_which_cells_are_missing() =>
        Assert.Equal(0, HiddenOddsFit.Of(Make((_, _) => 0.5, tooSure: 1)).Hiding);

    [Fact]
    public void A_part_that_fails_more_often_and_is_brighter_is_no_value_that_hides() =>
        Assert.Equal(0, HiddenOddsFit.Of(Make((_, isMiddle) => isMiddle ? 0.8 : 0.2, tooSure: 1)).Hiding, 0.15);

    [Fact]
    public void Few_cells_change_nothing() =>
        Assert.Equal(0, HiddenOddsFit.Of([.. Make((isOne, _) => isOne ? 0.8 : 0.4, tooSure: 1).Take(150)]).Hiding);

    /// <summary>Cells of which half, in the middle, are brighter. What a network says of an observed cell follows from Bayes'
    /// theorem.</summary>
    private static List<HiddenCellRecord> Make(Func<bool, bool, double> missing, double tooSure)
    {
        List<HiddenCellRecord> cells = [];
        for (int window = 0; window < Windows; window++)
        {
            Philox random = new Philox(3).Fork((ulong)window);
            for (int i = 0; i < Cells; i++)
            {
                bool isMiddle = i % 2 == 0;
                double logit = 2 * random.Fork(0).Normal((ulong)i) + (isMiddle ? 1 : -2);
                bool isOne = random.Fork(1).Uniform((ulong)i) < 1 / (1 + Math.Exp(-logit));
                bool isMissing = random.Fork(2).Uniform((ulong)i) < missing(isOne, isMiddle);
                double seen = logit + Math.Log((1 - missing(true, isMiddle)) / (1 - missing(false, isMiddle)));
                double ofPixel = 0.5 * (missing(true, isMiddle) + missing(false, isMiddle));
                cells.Add(new HiddenCellRecord(window, (float)(tooSure * seen), isMissing, isOne, (float)Logit(ofPixel), 0, 0, 0));
            }
        }
        return cells;
    }

    private static double Logit(double p) => Math.Log(p / (1 - p));
}
