namespace Microsoft.ML.Diffusion.Tensors.Tests;

/// <summary>What a transformer over the tokens of a row is made of.</summary>
public class AttentionTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 2, 3)]
    [InlineData(17, 1, 2)]
    public void The_gradient_of_attention_is_right(int tokens, int heads, int width)
    {
        GradientCheck.Run(
            (tape, x) => GradientCheck.Weigh(tape, tape.Attention(x[0], tokens, heads)), [new(2 * tokens, 3 * heads * width)]);
    }

    [Fact]
    public void The_gradient_of_a_transformer_layer_is_right()
    {
        var layer = new TransformerLayer(channels: 6, heads: 2, hidden: 5, new Philox(1), dropout: 0.3f);
        GradientCheck.Run(
            (tape, x) =>
                GradientCheck.Weigh(tape, layer.Forward(tape, x[0], 3, new Philox(2))), [new(6, 6)], [.. layer.Parameters()], tolerance: 5e-3);
    }

    [Fact]
    public void Repeated_rows_go_to_runs_of_rows_and_start_over()
    {
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        Tensor x = tape.Input(new Shape(8, 1)), rows = tape.Input(new Shape(2, 1));
        x.Data.Clear();
        new[] { 1f, 2f }.CopyTo(rows.Data);
        Assert.Equal([1, 1, 2, 2, 1, 1, 2, 2], tape.AddRepeated(x, rows, 2).Data.ToArray());
    }

    [Fact]
    public void No_token_that_is_excluded_from_itself_hears_of_itself()
    {
        const int Tokens = 18, Heads = 2, Channels = 6;
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        Tensor x = tape.Input(new Shape(Tokens, 3 * Channels));
        GradientCheck.Random(x.Shape.Count, 4).CopyTo(x.Data);
        float[] weights = tape.AttentionWeights(x, Tokens, Heads, excludesSelf: true).Data.ToArray();
        float[] all = tape.AttentionWeights(x, Tokens, Heads).Data.ToArray();
        for (int token = 0; token < Tokens; token++)
        {
            // The exponential does not go down to 0.
            Assert.InRange(weights[token * Tokens + token], 0, 1e-37f);
            Assert.True(all[token * Tokens + token] > 0);
            Assert.Equal(1, weights.Skip(token * Tokens).Take(Tokens).Sum(), 1e-5);
        }
        float[] before = tape.Attention(x, Tokens, Heads, excludesSelf: true).Data[..Channels].ToArray();
        // The values of the first token, to which the others alone attend.
        x.Data.Slice(2 * Channels, Channels).Fill(100);
        Assert.Equal(before, tape.Attention(x, Tokens, Heads, excludesSelf: true).Data[..Channels].ToArray());
        Tensor alone = tape.Input(new Shape(1, 3 * Channels));
        alone.Data.Fill(2);
        Assert.Equal(Enumerable.Repeat(2f, Channels), tape.Attention(alone, 1, Heads, excludesSelf: true).Data.ToArray());
    }

    [Fact]
    public void Rows_in_groups_of_groups_change_places()
    {
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        Tensor x = tape.Input(new Shape(12, 1));
        for (int i = 0; i < 12; i++)
            x.Data[i] = i;
        Assert.Equal([0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11], tape.SwapRows(x, outer: 2, inner: 3).Data.ToArray());
        Assert.Equal(x.Data.ToArray(), tape.SwapRows(tape.SwapRows(x, 2, 3), 3, 2).Data.ToArray());
        Assert.Throws<ArgumentException>(() => tape.SwapRows(x, 5, 2));
    }

    [Fact]
    public void Attention_is_the_softmax_of_the_scores_times_the_values()
    {
        const int Rows = 3, Tokens = 19, Heads = 2, Width = 5, Channels = Heads * Width;
        float[] values = GradientCheck.Random(Rows * Tokens * 3 * Channels, 4);
        float[] actual = Attend(new ManagedEngineOptions(), values, Tokens, Heads, 3 * Channels);
        for (int row = 0; row < Rows; row++)
        {
            for (int token = 0; token < Tokens; token++)
            {
                for (int head = 0; head < Heads; head++)
                {
                    double Of(int other, int part, int c) =>
                        values[((((row * Tokens) + other) * 3) + part) * Channels + (head * Width) + c];
                    double[] scores = [.. Enumerable.Range(0, Tokens).Select(other =>
                        Math.Exp(Enumerable.Range(0, Width).Sum(c => Of(token, 0, c) * Of(other, 1, c)) / Math.Sqrt(Width)))];
                    for (int c = 0; c < Width; c++)
                    {
                        double expected = Enumerable.Range(0, Tokens).Sum(other => scores[other] * Of(other, 2, c)) / scores.Sum();
                        Assert.Equal(expected, actual[(((row * Tokens) + token) * Channels) + (head * Width) + c], 5e-6);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(ExactnessTests.Engines), MemberType = typeof(ExactnessTests))]
    public void A_row_attends_alone_as_it_does_in_a_batch(int width, int threads)
    {
        const int Tokens = 11, Columns = 3 * 24;
        float[] values = GradientCheck.Random(50 * Tokens * Columns, 5);
        var options = new ManagedEngineOptions { Threads = threads, VectorWidth = width };
        float[] together = Attend(options, values, Tokens, heads: 3, Columns);
        float[] alone = Attend(options, values.AsSpan(7 * Tokens * Columns, Tokens * Columns).ToArray(), Tokens, heads: 3, Columns);
        Assert.Equal(together.AsSpan(7 * Tokens * Columns / 3, alone.Length).ToArray(), alone);
    }

    [Fact]
    public void A_warm_step_of_a_transformer_layer_allocates_nothing()
    {
        using var engine = new ManagedEngine(2);
        using Tape tape = engine.CreateTape(training: true);
        var layer = new TransformerLayer(channels: 16, heads: 2, hidden: 16, new Philox(1), dropout: 0.1f);
        long allocated = Allocations.OfWarm(() =>
        {
            tape.Reset();
            Tensor x = tape.Input(new Shape(120, 16)), rows = tape.Input(new Shape(10, 16));
            x.Data.Fill(1);
            rows.Data.Fill(1);
            Tensor y = layer.Forward(tape, tape.AddRepeated(x, rows, 12), 12, new Philox(2));
            tape.Backward(tape.MaskedSquaredError(tape.Gate(y), tape.Slice(x, 0, 8), null));
        });
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        Tensor x = tape.Input(new Shape(6, 12));
        Assert.Throws<ArgumentException>(() => tape.Attention(x, tokens: 4, heads: 2));
        Assert.Throws<ArgumentException>(() => tape.Attention(x, tokens: 3, heads: 3));
        Assert.Throws<ArgumentException>(() => tape.Gate(tape.Slice(x, 0, 3)));
        Assert.Throws<ArgumentException>(() => tape.AddRepeated(x, tape.Input(new Shape(2, 12)), run: 2));
        Assert.Throws<ArgumentException>(() => tape.AddRepeated(x, tape.Input(new Shape(2, 11)), run: 1));
    }

    private static float[] Attend(ManagedEngineOptions options, float[] values, int tokens, int heads, int columns)
    {
        using var engine = new ManagedEngine(options);
        using Tape tape = engine.CreateTape(training: false);
        Tensor x = tape.Input(new Shape(values.Length / columns, columns));
        values.CopyTo(x.Data);
        return tape.Attention(x, tokens, heads).Data.ToArray();
    }
}
