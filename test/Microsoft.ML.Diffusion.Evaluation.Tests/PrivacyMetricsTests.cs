using System.Text.Json;
using Microsoft.ML.Diffusion.Evaluation.Privacy;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

/// <summary>Figures that numpy and scikit-learn compute of the same tables (test/data/evaluation/make.py).</summary>
public sealed class PrivacyMetricsTests
{
    private static readonly PrivacyResult s_result = PrivacyMetrics.Measure(Reference.Real, Reference.HeldOut, Reference.Synthetic);

    [Fact]
    public void Distances_to_the_closest_record_agree()
    {
        JsonElement expected = Reference.Expected.GetProperty("privacy");
        AssertQuantiles(expected.GetProperty("syntheticToReal"), s_result.SyntheticToReal);
        AssertQuantiles(expected.GetProperty("syntheticToHeldOut"), s_result.SyntheticToHeldOut);
        AssertQuantiles(expected.GetProperty("heldOutToReal"), s_result.HeldOutToReal);
        AssertQuantiles(expected.GetProperty("nearestRatio"), s_result.NearestRatio);
        Reference.AssertClose(expected.GetProperty("shareNearerToReal"), s_result.ShareNearerToReal);
    }

    [Fact]
    public void Copies_and_the_attack_agree()
    {
        JsonElement expected = Reference.Expected.GetProperty("privacy");
        Reference.AssertClose(expected.GetProperty("exactCopies"), s_result.ExactCopies);
        Reference.AssertClose(expected.GetProperty("nearCopies"), s_result.NearCopies);
        Reference.AssertClose(expected.GetProperty("membershipAuc"), s_result.MembershipAuc);
    }

    [Fact]
    public void Copies_of_the_training_rows_are_found_out()
    {
        PrivacyResult found = PrivacyMetrics.Measure(Simulated.Pairs(1500), Simulated.Pairs(1500, seed: 2), Simulated.Pairs(1500));

        Assert.Equal((1, 1, 1), (found.ExactCopies, found.NearCopies, found.ShareNearerToReal));
        Assert.Equal(0, found.SyntheticToReal.Maximum);
        Assert.True(found.MembershipAuc > 0.99, $"the attack's AUC is {found.MembershipAuc}");
        Assert.InRange(found.MembershipTruePositives, 0.99, 1);
        Assert.InRange(found.OutlyingTruePositives, 0.99, 1);
    }

    [Fact]
    public void New_rows_of_the_same_origin_give_nothing_away()
    {
        PrivacyResult found = PrivacyMetrics.Measure(Simulated.Pairs(1500), Simulated.Pairs(1500, seed: 2), Simulated.Pairs(1500, seed: 3));

        Assert.Equal(0, found.ExactCopies);
        Assert.Equal(0.5, found.ShareNearerToReal, 0.04);
        Assert.Equal(0.5, found.MembershipAuc, 0.04);
        Assert.InRange(found.MembershipTruePositives, 0, 0.025);
        Assert.Equal(found.HeldOutToReal.Median, found.SyntheticToReal.Median, 0.1 * found.HeldOutToReal.Median);
    }

    [Fact]
    public void The_attack_finds_as_many_rows_as_lie_nearer_than_the_nearest_hundredth_of_strangers()
    {
        double[] strangers = [.. Enumerable.Range(1, 200).Select(i => (double)i)];
        // Two strangers may be mistaken: those at 1 and at 2. Up to there are three of four members.
        Assert.Equal(0.75, MembershipAttack.TruePositives([0, 0.5, 2, 100], strangers));
        // Of what lies at the distance of ten strangers and of all members, a fifth.
        double[] tied = [.. Enumerable.Repeat(1.0, 10), .. Enumerable.Repeat(5.0, 190)];
        Assert.Equal(0.2, MembershipAttack.TruePositives([1, 1, 1], tied), 1e-9);
        Assert.Equal([7.0], MembershipAttack.Outlying([1, 2, 7, 3], [0, 0, 9, 1]));
    }

    [Fact]
    public void A_sample_is_drawn_of_many_rows_and_its_size_reported()
    {
        int width = 1200, rows = 5000;
        Table wide = new([.. Enumerable.Range(0, width).Select(i => TableColumn.Numeric($"c{i}"))], rows);
        PrivacyResult found = PrivacyMetrics.Measure(wide.Take([0, 1, 2]), wide.Take([3, 4]), wide.Take(Enumerable.Range(0, rows).ToArray()));

        Assert.Equal((2, 4082), (found.RealRows, found.SyntheticRows));
    }

    private static void AssertQuantiles(JsonElement expected, QuantileSummary found)
    {
        Reference.AssertClose(expected.GetProperty("mean"), found.Mean);
        Reference.AssertClose(expected.GetProperty("minimum"), found.Minimum);
        Reference.AssertClose(expected.GetProperty("quantile05"), found.Quantile05);
        Reference.AssertClose(expected.GetProperty("quantile25"), found.Quantile25);
        Reference.AssertClose(expected.GetProperty("median"), found.Median);
        Reference.AssertClose(expected.GetProperty("quantile75"), found.Quantile75);
        Reference.AssertClose(expected.GetProperty("quantile95"), found.Quantile95);
        Reference.AssertClose(expected.GetProperty("maximum"), found.Maximum);
    }
}
