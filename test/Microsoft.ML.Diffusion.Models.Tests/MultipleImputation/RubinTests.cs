using Microsoft.ML.Diffusion.Models.MultipleImputation;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class RubinTests
{
    private static readonly double[] s_estimates = [1.2, 0.9, 1.5, 1.1, 1.3], s_errors = [0.30, 0.32, 0.29, 0.31, 0.33];

    // m estimates, their standard errors and the complete data's degrees of freedom; then what pool.scalar of the R package mice
    // 3.15.0 (Debian's r-cran-mice) says under R 4.2.2:
    //   r <- pool.scalar(q, se^2, n = degrees + k, k = k, rule = "rubin1987"); half <- qt(.975, r$df) * sqrt(r$t)
    //   cat(sprintf("%.12g, ", c(r$qbar, r$ubar, r$b, r$t, r$r, r$df, r$fmi, r$qbar - half, r$qbar + half)))
    public static TheoryData<double[], double[], double, double[]> Mice => new()
    {
        {
            s_estimates, s_errors, double.PositiveInfinity,
            [1.2, 0.0963, 0.05, 0.1563, 0.623052959502, 27.1441, 0.424755662279, 0.389014466376, 2.01098553362]
        },
        {
            s_estimates, s_errors, 28,
            [1.2, 0.0963, 0.05, 0.1563, 0.623052959502, 10.1210208034, 0.477791017068, 0.320535541593, 2.07946445841]
        },
        {
            [-3.02, -2.51, -4.75], [0.8, 1.1, 0.9], 8,
            [-3.42666666667, 0.886666666667, 1.37843333333, 2.72457777778, 2.0728320802, 1.43475936801, 0.82133184303, -14.0157335261, 7.16240019276]
        },
        {
            [10, 10.1], [2, 2.2], 247,
            [10.05, 4.42, 0.005, 4.4275, 0.00169683257919, 244.437368018, 0.00976311971528, 5.90539648028, 14.1946035197]
        },
    };

    [Theory]
    [MemberData(nameof(Mice))]
    public void It_agrees_with_mice(double[] estimates, double[] standardErrors, double degrees, double[] expected)
    {
        PooledEstimate pooled = Rubin.Pool(estimates, standardErrors, degrees);
        double[] actual =
        [
            pooled.Estimate, pooled.WithinVariance, pooled.BetweenVariance, pooled.TotalVariance, pooled.RelativeVarianceIncrease,
            pooled.DegreesOfFreedom, pooled.MissingInformation, pooled.Lower, pooled.Upper,
        ];
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-9 * Math.Abs(expected[i]));
    }

    [Fact]
    public void It_agrees_with_a_calculation_by_hand()
    {
        // Mean of 1, 2, 3; within (1 + 1 + 1) / 3; between ((-1)^2 + 0 + 1^2) / 2; total 1 + 4/3; r = 4/3; 2 (1 + 3/4)^2 degrees.
        PooledEstimate pooled = Rubin.Pool([1, 2, 3], [1, 1, 1]);
        Assert.Equal(2, pooled.Estimate, 1e-12);
        Assert.Equal(1, pooled.WithinVariance, 1e-12);
        Assert.Equal(1, pooled.BetweenVariance, 1e-12);
        Assert.Equal(7.0 / 3, pooled.TotalVariance, 1e-12);
        Assert.Equal(Math.Sqrt(7.0 / 3), pooled.StandardError, 1e-12);
        Assert.Equal(4.0 / 3, pooled.RelativeVarianceIncrease, 1e-12);
        Assert.Equal(4.0 / 7, pooled.MissingVarianceShare, 1e-12);
        Assert.Equal(6.125, pooled.DegreesOfFreedom, 1e-12);
        Assert.Equal(((4.0 / 3) + (2 / 9.125)) / (7.0 / 3), pooled.MissingInformation, 1e-12);
    }

    [Fact]
    public void Equal_estimates_leave_the_interval_of_the_complete_data()
    {
        PooledEstimate large = Rubin.Pool([5, 5, 5], [2, 2, 2]);
        Assert.Equal(double.PositiveInfinity, large.DegreesOfFreedom);
        Assert.Equal(5 + (2 * 1.959963984540054), large.Upper, 1e-9);
        Assert.Equal(0, large.MissingInformation);

        // Barnard and Rubin discount the degrees of freedom a little even so: (8 + 1) / (8 + 3) * 8.
        Assert.Equal(72.0 / 11, Rubin.Pool([5, 5, 5], [2, 2, 2], 8).DegreesOfFreedom, 1e-12);
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.99)]
    [InlineData(0.999)]
    public void Higher_confidence_widens_the_interval_around_the_same_estimate(double confidence)
    {
        PooledEstimate usual = Rubin.Pool(s_estimates, s_errors, confidence: 0.8), pooled = Rubin.Pool(s_estimates, s_errors, confidence: confidence);
        Assert.Equal(usual.StandardError, pooled.StandardError);
        Assert.True(pooled.Lower < usual.Lower && usual.Upper < pooled.Upper);
        Assert.Equal(pooled.Estimate - pooled.Lower, pooled.Upper - pooled.Estimate, 1e-12);
        Assert.Equal(confidence, pooled.Confidence);
    }

    [Fact]
    public void Quantiles_hold_where_hardly_a_degree_of_freedom_is_left()
    {
        // Two estimates and nothing else uncertain: 1 degree, of which the 0.9995 quantile is 636.619248769 (R's qt).
        PooledEstimate one = Rubin.Pool([0, 2], [0, 0], confidence: 0.999);
        Assert.Equal(1, one.DegreesOfFreedom, 1e-12);
        Assert.Equal(636.619248769 * Math.Sqrt(3), one.Upper - one.Estimate, 1e-5);
        Assert.Equal(double.PositiveInfinity, one.RelativeVarianceIncrease);
        Assert.Equal(1, one.MissingInformation);

        // Half a degree, of which it is 411396.462526. Share 3/4, so 1 / 0.5 = (3/4)^2 + 1 / (1/4 complete (complete + 1) / (complete + 3)).
        double target = 4 / (2 - (0.75 * 0.75)), complete = (target - 1 + Math.Sqrt(((target - 1) * (target - 1)) + (12 * target))) / 2;
        PooledEstimate half = Rubin.Pool([0, 2], [1, 1], complete, 0.999);
        Assert.Equal(0.5, half.DegreesOfFreedom, 1e-12);
        Assert.Equal(411396.462526 * half.StandardError, half.Upper - half.Estimate, 0.01);
    }

    [Fact]
    public void Nothing_uncertain_is_an_interval_of_one_point()
    {
        PooledEstimate pooled = Rubin.Pool([3, 3], [0, 0], 10);
        Assert.Equal((3, 3, 0), (pooled.Lower, pooled.Upper, pooled.StandardError));
    }

    [Fact]
    public void Bad_input_is_refused_in_a_sentence()
    {
        AssertRefused("there are 1", () => Rubin.Pool([1], [1]));
        AssertRefused("There are 2 estimates and 3 standard errors", () => Rubin.Pool([1, 2], [1, 2, 3]));
        AssertRefused("Estimate 1 (counted from 0) is NaN", () => Rubin.Pool([1, double.NaN], [1, 2]));
        AssertRefused("Standard error 0 (counted from 0) is ", () => Rubin.Pool([1, 2], [double.PositiveInfinity, 2]));
        AssertRefused("Standard error 1 (counted from 0) is negative", () => Rubin.Pool([1, 2], [1, -2]));
        AssertRefused("degrees of freedom must be above 0", () => Rubin.Pool([1, 2], [1, 2], 0));
        AssertRefused("confidence must lie between 0 and 1", () => Rubin.Pool([1, 2], [1, 2], confidence: 95));
        Assert.Throws<ArgumentNullException>(() => Rubin.Pool(null!, [1, 2]));

        static void AssertRefused(string sentence, Func<object> act) =>
            Assert.Contains(sentence, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
    }
}
