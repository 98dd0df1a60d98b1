namespace Microsoft.ML.Diffusion.Tensors.Tests;

/// <summary>Operations over pictures against their definitions.</summary>
public class PictureTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(2, 5, 3, 1, 4)]
    [InlineData(3, 4, 17, 7, 20)]
    [InlineData(2, 9, 8, 50, 49)]
    [InlineData(1, 2, 2, 16, 16)]
    [InlineData(3, 6, 4, 48, 32)]
    [InlineData(2, 16, 18, 32, 112)]
    public void A_convolution_is_the_sum_over_nine_neighbours(int pictures, int height, int width, int inputs, int outputs)
    {
        using var engine = new ManagedEngine(2);
        using Tape tape = engine.CreateTape(training: false);
        var layer = new Convolution2d(inputs, outputs, new Philox(3));
        Tensor x = tape.Input(new Shape(pictures * height * width, inputs));
        GradientCheck.Random(x.Shape.Count, 2).CopyTo(x.Data);
        float[] given = [.. x.Data], y = [.. layer.Forward(tape, x, height, width).Data];
        for (int pixel = 0; pixel < x.Rows; pixel++)
        {
            int picture = pixel / (height * width), line = pixel / width % height, place = pixel % width;
            for (int output = 0; output < outputs; output++)
            {
                double sum = layer.Bias.Value[output];
                for (int k = 0; k < 9; k++)
                {
                    (int otherLine, int otherPlace) = (line + (k / 3) - 1, place + (k % 3) - 1);
                    if (otherLine < 0 || otherLine >= height || otherPlace < 0 || otherPlace >= width)
                        continue;
                    int other = (((picture * height) + otherLine) * width) + otherPlace;
                    for (int input = 0; input < inputs; input++)
                        sum += given[(other * inputs) + input] * layer.Weight.Value[(((k * inputs) + input) * outputs) + output];
                }

                Assert.Equal(sum, y[(pixel * outputs) + output], 1e-5);
            }
        }
    }

    [Theory]
    [InlineData(1, 3, 1)]
    [InlineData(5, 1, 1)]
    [InlineData(2, 9, 3)]
    public void A_convolution_of_any_size_has_the_gradient_of_central_differences(int height, int width, int channels)
    {
        var layer = new Convolution2d(channels, 2, new Philox(1));
        GradientCheck.Run(
            (tape, x) => GradientCheck.Weigh(tape, layer.Forward(tape, tape.Apply(x[0], Activation.Tanh), height, width)),
            [new(2 * height * width, channels)], [.. layer.Parameters()]);
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(3, 2, 5, 20)]
    [InlineData(9, 7, 17, 32)]
    [InlineData(2, 28, 28, 40)]
    public void A_pair_of_convolutions_is_one_after_the_other(int pictures, int height, int width, int filters)
    {
        Parameter[] weights =
        [
            new("first", new Shape(9, filters)), new("b", new Shape(filters)), new("second", new Shape(9 * filters, 1)),
            new("c", new Shape(1)),
        ];
        for (int i = 0; i < weights.Length; i++)
            GradientCheck.Random(weights[i].Shape.Count, (ulong)i + 3).CopyTo(weights[i].Update());
        using var engine = new ManagedEngine(2);
        float[] pair = Results(static (tape, x, h, w, p) => tape.ConvolutionPair2d(x, h, w, p[0], p[1], p[2], p[3]));
        float[] each = Results(static (tape, x, h, w, p) =>
            tape.Convolution2d(tape.Apply(tape.Convolution2d(x, h, w, p[0], p[1]), Activation.ReLU), h, w, p[2], p[3]));
        Assert.Equal(each.Length, pair.Length);
        for (int i = 0; i < each.Length; i++)
            Assert.Equal(each[i], pair[i], 1e-4 * (1 + Math.Abs(each[i])));

        float[] Results(Func<Tape, Tensor, int, int, Parameter[], Tensor> run)
        {
            foreach (Parameter weight in weights)
                weight.Gradient.Clear();
            using Tape tape = engine.CreateTape(training: true);
            Tensor x = tape.Input(new Shape(pictures * height * width, 1));
            GradientCheck.Random(x.Shape.Count, 2).CopyTo(x.Data);
            Tensor y = run(tape, x, height, width, weights);
            tape.Backward(GradientCheck.Weigh(tape, y));
            return [.. y.Data, .. weights.SelectMany(weight => weight.Gradient.ToArray())];
        }
    }

    [Fact]
    public void Blocks_are_averaged_doubled_and_stacked()
    {
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        // Two pictures of 2 x 4 pixels with one channel.
        Tensor x = tape.Input(new Shape(16, 1));
        for (int i = 0; i < 16; i++)
            x.Data[i] = i;
        Assert.Equal([2.5f, 4.5f, 10.5f, 12.5f], tape.MeanPool2d(x, 2, 4).Data.ToArray());
        Assert.Equal([0f, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15], tape.SpaceToDepth(x, 2, 4).Data.ToArray());
        Assert.Equal(x.Data.ToArray(), tape.DepthToSpace(tape.SpaceToDepth(x, 2, 4), 1, 2).Data.ToArray());
        Assert.Equal(
            [0f, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3],
            tape.Upsample2d(tape.Slice(tape.Reshape(x, new Shape(4, 4)), 0, 1), 2, 2).Data.ToArray()
                .Select(value => value / 4).ToArray());
    }

    [Fact]
    public void Modulation_scales_and_shifts_each_run()
    {
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        Tensor x = tape.Input(new Shape(4, 1)), by = tape.Input(new Shape(2, 2));
        new float[] { 1, 2, 3, 4 }.CopyTo(x.Data);
        new float[] { 1, 10, -1, 20 }.CopyTo(by.Data);
        Assert.Equal([12f, 14, 20, 20], tape.Modulate(x, by, 2).Data.ToArray());
    }

    [Fact]
    public void Batch_norm_uses_the_batch_in_training_and_its_moving_averages_afterwards()
    {
        using var engine = new ManagedEngine(1);
        var layer = new BatchNorm(1);
        layer.Gain.Update()[0] = 2;
        layer.Bias.Update()[0] = 5;
        float[] values = [1, 2, 3, 6];
        using (Tape tape = engine.CreateTape(training: true))
        {
            Tensor x = tape.Input(new Shape(4, 1));
            values.CopyTo(x.Data);
            // The mean is 3, the variance over four 3.5.
            Assert.Equal(5 + (2 * (6 - 3) / Math.Sqrt(3.5)), layer.Forward(tape, x).Data[3], 1e-4);
        }

        Assert.Equal(0.3, layer.RunningMean.Value[0], 1e-6);
        Assert.Equal(0.9 + (0.1 * 14 / 3), layer.RunningVariance.Value[0], 1e-6);
        using (Tape tape = engine.CreateTape(training: false))
        {
            Tensor x = tape.Input(new Shape(1, 1));
            x.Data[0] = 6;
            Assert.Equal(5 + (2 * (6 - 0.3) / Math.Sqrt(0.9 + (0.1 * 14 / 3))), layer.Forward(tape, x).Data[0], 1e-4);
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: true);
        Tensor x = tape.Input(new Shape(12, 4)), one = tape.Input(new Shape(1, 4)), by = tape.Input(new Shape(3, 7));
        var weight = new Parameter("w", new Shape(36, 2));
        var columns = new Parameter("c", new Shape(4));
        Assert.Throws<ArgumentException>(() => tape.Convolution2d(x, 5, 2, weight, null));
        Assert.Throws<ArgumentException>(() => tape.Convolution2d(x, 3, 2, columns, null));
        Assert.Throws<ArgumentException>(() => tape.ConvolutionPair2d(x, 3, 2, weight, new Parameter("b", new Shape(2)), weight, columns));
        Assert.Throws<ArgumentException>(() => tape.MeanPool2d(x, 3, 2));
        Assert.Throws<ArgumentException>(() => tape.SpaceToDepth(x, 2, 3));
        Assert.Throws<ArgumentException>(() => tape.Upsample2d(x, 0, 2));
        Assert.Throws<ArgumentException>(() => tape.DepthToSpace(by, 3, 1));
        Assert.Throws<ArgumentException>(() => tape.Modulate(x, by, 4));
        Assert.Throws<ArgumentException>(() => tape.BatchNorm(one, columns, columns, columns, columns));
    }
}
