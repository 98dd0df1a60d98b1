namespace Microsoft.ML.Diffusion.Tensors.Tests;

public class ExactnessTests
{
    /// <summary>Every width this processor has, with one thread and with more threads than processors.</summary>
    public static TheoryData<int, int> Engines
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (int width in Widths())
            {
                data.Add(width, 1);
                data.Add(width, 3);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Training_gives_the_same_bits_for_any_vector_width_and_thread_count(int width, int threads)
    {
        Network.Batch batch = Network.MakeBatch(101);
        (float[] expectedLosses, byte[] expected) = Train(new ManagedEngineOptions { Threads = 1 }, batch);
        (float[] losses, byte[] weights) = Train(new ManagedEngineOptions { Threads = threads, VectorWidth = width }, batch);
        Assert.Equal(expectedLosses, losses);
        Assert.Equal(expected, weights);
        Assert.True(losses[^1] < losses[0]);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_row_scored_alone_gives_the_same_bits_as_in_a_batch(int width, int threads)
    {
        var network = new Network(width: 130);
        using var engine = new ManagedEngine(new ManagedEngineOptions { Threads = threads, VectorWidth = width });
        using Tape tape = engine.CreateTape(training: false);
        float[] together = network.Predict(tape, 0, 77);
        foreach (int rows in (int[])[1, 2, 3, 4, 7, 9])
        {
            float[] alone = network.Predict(tape, 11, rows);
            Assert.Equal(together.AsSpan(11 * Network.Inputs, alone.Length).ToArray(), alone);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Weights_of_few_digits_give_a_row_alone_the_same_bits_as_in_a_batch(int width, int threads)
    {
        var network = new Network(width: 130);
        foreach (Parameter parameter in network.Parameters())
        {
            foreach (ref float weight in parameter.Update())
                weight = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(weight) & 0xFFFF_0000);
        }

        using var engine = new ManagedEngine(new ManagedEngineOptions { Threads = threads, VectorWidth = width });
        using Tape tape = engine.CreateTape(training: false);
        float[] together = network.Predict(tape, 0, 77);
        foreach (int rows in (int[])[1, 2, 3])
        {
            float[] alone = network.Predict(tape, 11, rows);
            Assert.Equal(together.AsSpan(11 * Network.Inputs, alone.Length).ToArray(), alone);
        }

        // A weight that changes is laid out anew.
        network.Parameters()[0].Update()[0] += 0.1f;
        Assert.Equal(network.Predict(tape, 0, 77).AsSpan(11 * Network.Inputs, Network.Inputs).ToArray(), network.Predict(tape, 11, 1));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Weights_of_few_digits_give_the_same_bits_for_any_number_of_columns(int width, int threads)
    {
        using var engine = new ManagedEngine(new ManagedEngineOptions { Threads = threads, VectorWidth = width });
        using Tape tape = engine.CreateTape(training: false);
        const int Inputs = 19, Rows = 5;
        float[] x = GradientCheck.Random(Rows * Inputs, 1);
        x[3] = 0;
        for (int columns = 1; columns <= 300; columns += columns < 20 ? 1 : 7)
        {
            var weight = new Parameter("w", new Shape(Inputs, columns));
            var bias = new Parameter("b", new Shape(columns));
            GradientCheck.Random(Inputs * columns, 2).CopyTo(weight.Update());
            GradientCheck.Random(columns, 3).CopyTo(bias.Update());
            foreach (ref float value in weight.Update())
                value = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF_0000);
            foreach (Parameter? start in (Parameter?[])[bias, null])
            {
                float[] together = Ask(Rows, start);
                Assert.Equal(together[..columns], Ask(1, start));
            }

            float[] Ask(int rows, Parameter? start)
            {
                tape.Reset();
                Tensor input = tape.Input(new Shape(rows, Inputs));
                x.AsSpan(0, rows * Inputs).CopyTo(input.Data);
                return tape.Linear(input, weight, start).Data.ToArray();
            }
        }
    }

    [Fact]
    public void Many_threads_score_with_one_set_of_weights()
    {
        var network = new Network();
        using var engine = new ManagedEngine(new ManagedEngineOptions { Threads = 2 });
        using Tape first = engine.CreateTape(training: false);
        float[] expected = network.Predict(first, 0, 200);
        var fresh = new Network();
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using Tape tape = engine.CreateTape(training: false);
            float[] part = fresh.Predict(tape, i * 5, 5);
            Assert.Equal(expected.AsSpan(i * 5 * Network.Inputs, part.Length).ToArray(), part);
        });
    }

    [Fact]
    public void Networks_trained_at_the_same_time_do_not_disturb_each_other()
    {
        Network.Batch batch = Network.MakeBatch(64);
        var options = new ManagedEngineOptions { Threads = 2 };
        (_, byte[] expected) = Train(options, batch);
        byte[][] results = new byte[4][];
        Parallel.For(0, results.Length, i => results[i] = Train(options, batch).Weights);
        Assert.All(results, r => Assert.Equal(expected, r));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 17)]
    [InlineData(8, 64, 48)]
    [InlineData(13, 1100, 131)]
    [InlineData(130, 107, 64)]
    [InlineData(300, 256, 256)]
    [InlineData(20, 1600, 208)]
    public void A_product_is_the_chain_of_fused_multiply_adds_in_order(int rows, int inner, int columns)
    {
        var weight = new Parameter("w", new Shape(inner, columns));
        var bias = new Parameter("b", new Shape(columns));
        GradientCheck.Random(inner * columns, 1).CopyTo(weight.Update());
        GradientCheck.Random(columns, 2).CopyTo(bias.Update());
        float[] x = GradientCheck.Random(rows * inner, 3);
        var expected = new float[rows * columns];
        for (int i = 0; i < expected.Length; i++)
        {
            float sum = bias.Value[i % columns];
            for (int k = 0; k < inner; k++)
                sum = MathF.FusedMultiplyAdd(x[(i / columns * inner) + k], weight.Value[(k * columns) + (i % columns)], sum);
            expected[i] = sum;
        }

        foreach (int width in Widths())
        {
            using var engine = new ManagedEngine(new ManagedEngineOptions { Threads = 2, VectorWidth = width });
            using Tape tape = engine.CreateTape(training: false);
            Tensor input = tape.Input(new Shape(rows, inner));
            x.CopyTo(input.Data);
            Assert.Equal(expected, tape.Linear(input, weight, bias).Data.ToArray());
        }
    }

    internal static int[] Widths() =>
        System.Runtime.Intrinsics.X86.Avx512F.IsSupported ? [512, 256, 128, 32] : [256, 128, 32];

    private static (float[] Losses, byte[] Weights) Train(ManagedEngineOptions options, Network.Batch batch)
    {
        using var engine = new ManagedEngine(options);
        using Tape tape = engine.CreateTape(training: true);
        var network = new Network();
        Optimizer adam = engine.CreateAdam(network.Parameters(), new AdamOptions { WeightDecay = 0.01, MaxGradientNorm = 1 });
        float[] losses = [.. Enumerable.Range(0, 4).Select(_ => network.Step(tape, adam, batch))];
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            network.SaveState().Save(writer);
        return (losses, stream.ToArray());
    }
}
