using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Tests.Ranks;

/// <summary>The gradient that ranks compute together.</summary>
public class SharedGradientTests
{
    private const int Rows = 1000;

    public static TheoryData<int> Ranks => [2, 3, 4, 5, 7, 8, 16];

    [Theory]
    [MemberData(nameof(Ranks))]
    public void It_has_the_same_bits_for_any_number_of_ranks(int ranks)
    {
        float[] alone = Gradients(1)[0];

        Assert.All(Gradients(ranks), gradient => Assert.Equal(alone, gradient));
    }

    [Fact]
    public void It_is_the_gradient_of_the_whole_batch_but_for_rounding()
    {
        float[] shared = Gradients(3)[0], whole = Whole();

        Assert.NotEqual(whole, shared);
        for (int i = 0; i < whole.Length; i++)
            Assert.Equal(whole[i], shared[i], 1e-4f * Rows);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 8)]
    [InlineData(128, 16)]
    [InlineData(4096, 16)]
    [InlineData(65_536, 64)]
    public void A_batch_is_cut_by_its_rows_alone(int rows, int leaves) => Assert.Equal(leaves, SharedGradient.LeavesOf(rows));

    [Fact]
    public void More_ranks_than_parts_of_a_batch_are_refused()
    {
        var e = Assert.Throws<GradientExchangeException>(() => ThreadExchange.Run(9, exchange => new SharedGradient(exchange, [], 10)));

        Assert.Contains("cut into 8 parts: start at most 8 ranks", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_whose_steps_are_shorter_than_the_exchange_is_refused_and_a_larger_one_is_not()
    {
        var e = Assert.Throws<GradientExchangeException>(() => Timed(computing: TimeSpan.Zero, exchanging: TimeSpan.FromMilliseconds(60)));

        Assert.Contains("On 2 ranks a step takes", e.Message, StringComparison.Ordinal);
        Assert.Contains("train in one process", e.Message, StringComparison.Ordinal);
        Assert.All(
            Timed(computing: TimeSpan.FromMilliseconds(5), exchanging: TimeSpan.Zero),
            summary => Assert.StartsWith("2 ranks: a step took", summary, StringComparison.Ordinal));
    }

    // More numbers than fit into one chunk, and a part that is no multiple of anything.
    private static Parameter[] NewParameters() => [new("weight", new Shape(70_003)), new("bias", new Shape(5))];

    private static float[][] Gradients(int ranks) => ThreadExchange.Run(ranks, exchange =>
    {
        Parameter[] parameters = NewParameters();
        var shared = new SharedGradient(exchange, parameters, Rows);
        // Twice, since buffers are used again.
        shared.Compute((first, rows) => Add(parameters, first, rows));
        foreach (Parameter parameter in parameters)
            parameter.ZeroGradient();
        double loss = shared.Compute((first, rows) => Add(parameters, first, rows));
        return Flat(parameters, (float)loss);
    });

    private static float[] Whole()
    {
        Parameter[] parameters = NewParameters();
        return Flat(parameters, (float)Add(parameters, 0, Rows));
    }

    private static float[] Flat(Parameter[] parameters, float loss) =>
        [.. parameters.SelectMany(parameter => parameter.Gradient.ToArray()), loss];

    /// <summary>Gradients of very different sizes, so that every other order of adding gives other bits.</summary>
    private static double Add(Parameter[] parameters, int first, int rows)
    {
        double loss = 0;
        float[] draws = new float[80];
        for (int row = first; row < first + rows; row++)
        {
            new Philox(3, (ulong)row).FillNormal(draws);
            float size = MathF.Pow(10, (row % 7) - 3);
            foreach (Parameter parameter in parameters)
            {
                Span<float> gradient = parameter.Gradient;
                for (int i = 0; i < gradient.Length; i++)
                    gradient[i] += size * draws[i % draws.Length];
            }

            loss += draws[0] / Rows;
        }

        return loss;
    }

    private static string[] Timed(TimeSpan computing, TimeSpan exchanging) => ThreadExchange.Run(
        2,
        exchange =>
        {
            Parameter[] parameters = [new("weight", new Shape(8))];
            var shared = new SharedGradient(exchange, parameters, 16);
            for (int step = 0; step < 25; step++)
            {
                shared.Compute((_, _) =>
                {
                    Thread.Sleep(computing);
                    return 0;
                });
            }

            return shared.Summary();
        },
        exchanging);
}
