using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Solvers;

namespace Microsoft.ML.Diffusion.Core.Tests.Solvers;

public class DormandPrinceTests
{
    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-6)]
    [InlineData(1e-9)]
    public void A_rotation_comes_back_to_its_start_within_a_few_tolerances(double tolerance)
    {
        var rotation = new Rotation();
        double[] states = [1, 0, 3, -2];
        new DormandPrince(rotation, 2, tolerance).Solve(0, 2 * Math.PI, states, default);
        double[] start = [1, 0, 3, -2];
        for (int i = 0; i < states.Length; i++)
            Assert.Equal(start[i], states[i], 100 * tolerance);
    }

    [Fact]
    public void The_error_of_a_step_is_of_the_sixth_order()
    {
        // Steps of any size are accepted: the first, of a hundredth of the way, is a tenth as long on a tenth of the way.
        double Error(double time)
        {
            double[] state = [1, 0];
            new DormandPrince(new Rotation(), 1, 1e9).Solve(0, time, state, default);
            return Math.Sqrt(Math.Pow(state[0] - Math.Cos(time), 2) + Math.Pow(state[1] + Math.Sin(time), 2));
        }

        // The way is done in a step of a hundredth, one of a tenth and one of the rest, each shorter by half: 2^6 times more exact.
        Assert.InRange(Error(1) / Error(0.5), 40, 100);
    }

    [Fact]
    public void A_row_does_not_depend_on_those_beside_it_and_takes_as_many_steps_as_it_needs()
    {
        double[] both = [1, 0, 1000, -2000], alone = [1, 0];
        Rotation beside = new(), own = new();
        new DormandPrince(beside, 2, 1e-6).Solve(0, 5, both, default);
        new DormandPrince(own, 1, 1e-6).Solve(0, 5, alone, default);
        Assert.Equal(alone, both[..2]);
        Assert.InRange(own.Asked, 40, 400);
    }

    [Fact]
    public void It_goes_back_in_time_and_stops_when_it_is_told()
    {
        double[] state = [2];
        new DormandPrince(new Decay(), 1, 1e-8).Solve(1, 0, state, default);
        Assert.Equal(2 * Math.E, state[0], 1e-6);
        Assert.Throws<OperationCanceledException>(
            () => new DormandPrince(new Decay(), 1, 1e-8).Solve(0, 1, [1.0], new CancellationToken(canceled: true)));
    }

    [Fact]
    public void The_flow_of_a_process_whose_variance_grows_is_half_its_slope()
    {
        var process = new VarianceExplodingProcess(0.01, 10);
        Assert.Equal(0.01, process.Sigma(0), 1e-12);
        Assert.Equal(10, process.Sigma(1), 1e-9);
        foreach (double t in new[] { 0.1, 0.5, 0.9 })
        {
            double slope = (Math.Pow(process.Sigma(t + 1e-5), 2) - Math.Pow(process.Sigma(t - 1e-5), 2)) / 2e-5;
            Assert.Equal(-slope / 2, process.FlowOfScore(t), 1e-6 * slope);
        }
    }

    [Fact]
    public void Along_the_flow_of_a_normal_distribution_noise_shrinks_to_it()
    {
        // Of x(0) with deviation s the score is -x / (s^2 + sigma^2), and x(t) is proportional to the root of s^2 + sigma^2.
        var flow = new NormalFlow();
        double[] state = [7];
        new DormandPrince(flow, 1, 1e-9).Solve(1, 0, state, default);
        Assert.Equal(7 * Math.Sqrt((4 + 0.0001) / (4 + 100)), state[0], 1e-6);
    }

    [Fact]
    public void A_row_that_gets_nowhere_ends_all_the_same()
    {
        double[] rows = [1, -1, 2];
        new DormandPrince(new Wild(), 3, 1e-8).Solve(0, 1, rows, default);
        Assert.Equal(1, rows[0]);
        Assert.True(double.IsFinite(rows[1]));
        Assert.Equal(2 * Math.Exp(-1), rows[2], 1e-6);
    }

    /// <summary>Rows of which one has no slope, one turns round and round, and one is as usual.</summary>
    private sealed class Wild : IRowEquation
    {
        public int Width => 1;

        public void Evaluate(ReadOnlySpan<int> rows, ReadOnlySpan<double> times, ReadOnlySpan<double> states, Span<double> slopes)
        {
            for (int i = 0; i < rows.Length; i++)
                slopes[i] = rows[i] == 0 ? double.NaN : rows[i] == 1 ? 1e6 * Math.Sin(1e9 * times[i]) : -states[i];
        }
    }

    private sealed class Rotation : IRowEquation
    {
        public int Width => 2;

        public int Asked { get; private set; }

        public void Evaluate(ReadOnlySpan<int> rows, ReadOnlySpan<double> times, ReadOnlySpan<double> states, Span<double> slopes)
        {
            Asked += rows.Length;
            for (int i = 0; i < states.Length; i += 2)
                (slopes[i], slopes[i + 1]) = (states[i + 1], -states[i]);
        }
    }

    private sealed class Decay : IRowEquation
    {
        public int Width => 1;

        public void Evaluate(ReadOnlySpan<int> rows, ReadOnlySpan<double> times, ReadOnlySpan<double> states, Span<double> slopes) =>
            slopes[0] = -states[0];
    }

    private sealed class NormalFlow : IRowEquation
    {
        private readonly VarianceExplodingProcess _process = new(0.01, 10);

        public int Width => 1;

        public void Evaluate(ReadOnlySpan<int> rows, ReadOnlySpan<double> times, ReadOnlySpan<double> states, Span<double> slopes)
        {
            double sigma = _process.Sigma(times[0]);
            slopes[0] = _process.FlowOfScore(times[0]) * -states[0] / (4 + (sigma * sigma));
        }
    }
}
