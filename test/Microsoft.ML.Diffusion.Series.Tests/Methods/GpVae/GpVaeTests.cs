using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Methods.GpVae;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.GpVae;

public class GpVaeTests
{
    private static readonly GpVaeSettings s_small = new()
    {
        Steps = 6,
        Latents = 3,
        Encoder = [5, 4],
        Decoder = [6],
        Window = 4,
        LengthScale = 3,
        Scales = 2,
        Epochs = 3,
        BatchSize = 4,
    };

    [Theory]
    [InlineData("Sigmoid", 4)]
    [InlineData("Softplus", 3)]
    [InlineData("Signed", 1)]
    public void The_gradient_of_the_loss_is_that_of_central_differences(string squash, int window)
    {
        GpVaeSettings settings = s_small with { Squash = Enum.Parse<PrecisionSquash>(squash), Window = window };
        CheckGradient(settings, 2, static x => x);
    }

    [Fact]
    public void The_gradient_of_the_loss_of_binary_pictures_is_that_of_central_differences()
    {
        GpVaeSettings settings = s_small with { IsBinary = true, PictureWidth = 3, PictureFilters = 4, Encoder = [4], Steps = 3 };
        CheckGradient(settings, 6, static x => x > 0 ? 1 : 0);
    }

    [Fact]
    public void A_picture_is_convolved_with_zeros_around_it()
    {
        const int Width = 3, Height = 2, Filters = 2;
        var convolution = new PictureConvolution(Width, Width * Height, Filters, new Philox(1));
        var parameters = convolution.NamedParameters().ToDictionary(p => p.Path, p => p.Parameter, StringComparer.Ordinal);
        using var engine = new ManagedEngine(threads: 1);
        using Tape tape = engine.CreateTape(training: false);
        float[] pixels = new float[2 * Width * Height];
        new Philox(2).FillNormal(pixels);
        Tensor x = tape.Input(new Shape(2, Width * Height));
        pixels.CopyTo(x.Data);
        float[] own = [.. convolution.Forward(tape, x).Data];
        for (int picture = 0; picture < 2; picture++)
        {
            for (int y = 0; y < Height; y++)
            {
                for (int column = 0; column < Width; column++)
                {
                    double expected = parameters["1.bias"].Value[0];
                    for (int i = 0; i < 9; i++)
                    {
                        if (!IsInside(y + i / 3 - 1, column + i % 3 - 1))
                            continue;
                        for (int filter = 0; filter < Filters; filter++)
                        {
                            double weight = parameters["1.weight"].Value[i * Filters + filter];
                            expected += weight * Filter(picture, y + i / 3 - 1, column + i % 3 - 1, filter);
                        }
                    }
                    Assert.Equal(expected, own[(picture * Height + y) * Width + column], 1e-5);
                }
            }
        }

        bool IsInside(int y, int column) => y is >= 0 and < Height && column is >= 0 and < Width;

        double Filter(int picture, int y, int column, int filter)
        {
            double sum = parameters["0.bias"].Value[filter];
            for (int i = 0; i < 9; i++)
            {
                if (!IsInside(y + i / 3 - 1, column + i % 3 - 1))
                    continue;
                float pixel = pixels[(picture * Height + y + i / 3 - 1) * Width + column + i % 3 - 1];
                sum += parameters["0.weight"].Value[i * Filters + filter] * pixel;
            }
            return Math.Max(0, sum);
        }
    }

    [Fact]
    public void An_even_window_sees_one_step_more_after_than_before()
    {
        // Four steps: one before, the step itself and two after.
        GpVaeSettings settings = s_small with { Window = 4, Encoder = [3] };
        var network = new GpVaeNetwork(1, settings, new Philox(4));
        using var engine = new ManagedEngine(new ManagedEngineOptions { Threads = 1 });
        float[] zero = Means(new float[settings.Steps]);
        var pulse = new float[settings.Steps];
        pulse[3] = 1;
        float[] moved = Means(pulse);
        bool[] changed = [.. zero.Chunk(3).Zip(moved.Chunk(3), (a, b) => !a.SequenceEqual(b))];
        Assert.Equal([false, true, true, true, true, false], changed);

        float[] Means(float[] values)
        {
            using Tape tape = engine.CreateTape(training: false);
            Tensor x = tape.Input(new Shape(settings.Steps, 1));
            values.CopyTo(x.Data);
            return [.. tape.Slice(network.Encode(tape, x), 0, 3).Data];
        }
    }

    [Fact]
    public void Draws_of_a_linear_decoder_have_the_moments_of_the_closed_form()
    {
        GpVaeSettings settings = s_small with { Decoder = [], Squash = PrecisionSquash.Signed };
        SeriesTable table = Waves(12, settings.Steps);
        using var engine = new ManagedEngine(new ManagedEngineOptions { Threads = 1 });
        GpVaeImputer imputer = Train(table, settings, engine);
        Data.Series series = table.Items[0];
        Standardization scale = Standardization.Of(table);
        var latents = new LatentBatch(settings, 1);
        using Tape tape = engine.CreateTape(training: false);
        Tensor x = tape.Input(new Shape(settings.Steps, table.Variables));
        StepWindows.Write(scale.Apply(series), 0, table.Variables, x.Data, []);
        latents.Read(imputer.Network.Encode(tape, x).Data, 1);
        Parameter weight = imputer.Network.NamedParameters().Single(p => p.Path == "decoder.0.weight").Parameter;

        const int Draws = 4000;
        double[] sum = new double[series.Cells.Length], squares = new double[sum.Length], mean = imputer.Expected(series, engine);
        for (int draw = 0; draw < Draws; draw++)
        {
            double[] cells = imputer.Draw(series, engine, new Philox(9).Fork((ulong)draw));
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += cells[i] - mean[i];
                squares[i] += (cells[i] - mean[i]) * (cells[i] - mean[i]);
            }
        }
        for (int i = 0; i < sum.Length; i++)
        {
            int t = i / table.Variables, variable = i % table.Variables;
            double variance = 0;
            for (int latent = 0; latent < settings.Latents; latent++)
            {
                double w = weight.Value[latent * table.Variables + variable] * scale.Scales[variable];
                variance += w * w * latents[0, latent].Variances()[t];
            }
            Assert.InRange(sum[i] / Draws, -5 * Math.Sqrt(variance / Draws), 5 * Math.Sqrt(variance / Draws));
            Assert.InRange(squares[i] / Draws / variance, 0.88, 1.12);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_on_one_thread_and_on_two()
    {
        SeriesTable table = Waves(9, 14);
        using var one = new ManagedEngine(new ManagedEngineOptions { Threads = 1 });
        using var two = new ManagedEngine(new ManagedEngineOptions { Threads = 2 });
        GpVaeImputer first = Train(table, s_small, one), second = Train(table, s_small, two);
        foreach (Data.Series series in table.Items)
        {
            Assert.Equal(first.Expected(series, one), second.Expected(series, two));
            Assert.Equal(first.Draw(series, one, new Philox(1)), second.Draw(series, two, new Philox(1)));
        }
    }

    [Fact]
    public void Missing_cells_of_waves_are_found_better_than_by_the_mean()
    {
        SeriesTable whole = Waves(80, 12, hidden: 0), table = Waves(80, 12);
        using var engine = new ManagedEngine(new ManagedEngineOptions { Threads = 2 });
        var settings = new GpVaeSettings
        {
            Steps = 12,
            Latents = 4,
            Encoder = [24, 24],
            Decoder = [24],
            Window = 7,
            LengthScale = 3,
            Epochs = 120,
            BatchSize = 16,
            Squash = PrecisionSquash.Signed,
            LearningRate = 3e-3,
        };
        GpVaeImputer imputer = Train(table, settings, engine);
        double own = 0, mean = 0;
        for (int s = 0; s < table.Items.Count; s++)
        {
            double[] filled = imputer.Expected(table.Items[s], engine), truth = whole.Items[s].Cells;
            for (int i = 0; i < truth.Length; i++)
            {
                if (!double.IsNaN(table.Items[s].Cells[i]))
                    continue;
                own += Math.Pow(filled[i] - truth[i], 2);
                mean += truth[i] * truth[i];
            }
        }
        Assert.True(own < 0.6 * mean, $"{own} against {mean}");
    }

    [Fact]
    public void A_cancelled_training_ends()
    {
        using var engine = new ManagedEngine(new ManagedEngineOptions { Threads = 1 });
        Assert.Throws<OperationCanceledException>(() =>
            GpVaeTrainer.Train(Waves(9, 6), s_small, 1, engine, new ProgressMeter(null), new CancellationToken(canceled: true)));
    }

    private static GpVaeImputer Train(SeriesTable table, GpVaeSettings settings, TensorEngine engine) =>
        GpVaeTrainer.Train(table, settings, seed: 5, engine, new ProgressMeter(null), CancellationToken.None);

    // Two variables that move together, each with a hole every so often.
    private static SeriesTable Waves(int count, int length, double hidden = 0.3)
    {
        var random = new Philox(11);
        var items = new List<Data.Series>();
        for (int s = 0; s < count; s++)
        {
            double phase = 6.28 * random.Uniform((ulong)s);
            var cells = new double[length * 2];
            for (int i = 0; i < cells.Length; i++)
            {
                bool isHidden = random.Fork((ulong)(1 + s)).Uniform((ulong)i) < hidden;
                cells[i] = isHidden ? double.NaN : Math.Sin(phase + i / 2 * 0.7) * (i % 2 == 0 ? 1 : -1);
            }
            items.Add(new Data.Series([.. Enumerable.Range(0, length).Select(t => (double)t)], cells));
        }
        return new SeriesTable(2, items);
    }

    private static void CheckGradient(GpVaeSettings settings, int variables, Func<float, float> shape)
    {
        const int Count = 2;
        var network = new GpVaeNetwork(variables, settings, new Philox(1));
        // Biases start at zero, where what is missing everywhere stands at the kink of a ReLU.
        foreach (Parameter bias in network.Parameters().Where(parameter => parameter.Name.EndsWith("bias", StringComparison.Ordinal)))
            Initializer.Uniform(bias, 0.3f, new Philox(4));
        using var engine = new ManagedEngine(new ManagedEngineOptions { Threads = 1 });
        using var step = new GpVaeStep(network, settings, Count, engine);
        float[] values = new float[Count * settings.Steps * variables];
        new Philox(2).FillNormal(values);
        float[] mask = [.. values.Select((_, i) => i % 3 == 0 ? 0f : 1f)];
        for (int i = 0; i < values.Length; i++)
            values[i] = shape(values[i]) * mask[i];
        step.Gradient(values, mask, Count, new Philox(3));
        float[][] gradients = [.. network.Parameters().Select(parameter => parameter.Gradient.ToArray())];
        int compared = 0;
        foreach ((Parameter parameter, float[] gradient) in network.Parameters().Zip(gradients))
        {
            for (int i = 0; i < gradient.Length; i += 1 + gradient.Length / 10)
            {
                const float Small = 1e-3f;
                float at = parameter.Value[i];
                parameter.Update()[i] = at + Small;
                double above = step.Gradient(values, mask, Count, new Philox(3));
                parameter.Update()[i] = at - Small;
                double below = step.Gradient(values, mask, Count, new Philox(3));
                parameter.Update()[i] = at;
                double expected = (above - below) / (2 * Small);
                Assert.Equal(expected, gradient[i], 0.02 * (0.3 + Math.Abs(expected)));
                compared += Math.Abs(expected) > 0.1 ? 1 : 0;
            }
        }
        Assert.True(compared > 20);
    }
}
