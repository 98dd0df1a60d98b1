using System.Globalization;
using Microsoft.ML.Diffusion.Tensors;

/// <summary>What is measured: each case is a name and an action to repeat.</summary>
internal static class Cases
{
    /// <summary>Rows that the sampling case denoises, in batches of <see cref="SamplingBatch"/>.</summary>
    public const int SamplingBatch = 1000;

    private const int SamplingSteps = 100;

    /// <summary>
    /// The action of a case, and how many of what it counts it does: a training step, a row, or the floating-point operations of a
    /// product (2 n^3) or of <see cref="Peak"/>.
    /// </summary>
    public static (Action Run, double Count) Create(string name, ManagedEngine engine)
    {
        string[] parts = name.Split('-');
        return parts[0] switch
        {
            "mlp" or "res" or "tabddpm" or "conditional" when parts[^1][0] == 'b' => (TrainingStep(engine, NetworkOf(name), Number(parts[^1][1..])), 1),
            "row" => (Row(engine, NetworkOf(name)), 1),
            "sample" => (Sampling(engine, NetworkOf(name)), SamplingBatch),
            "peak" => Peak.Create(engine.Threads),
            "conv" => (Convolution(engine, Number(parts[1]), Number(parts[2]), isProduct: false), 1),
            "convgemm" => (Convolution(engine, Number(parts[1]), Number(parts[2]), isProduct: true), 1),
            "gemm" => (Product(engine, Number(parts[1])), 2 * Math.Pow(Number(parts[1]), 3)),
            _ => throw new ArgumentException($"There is no case '{name}'.", nameof(name)),
        };
    }

    private static Network NetworkOf(string name) => name switch
    {
        // The size of the default imputer's networks on the Census table: 6 numbers and 9 categories of 102 kinds.
        _ when name.Contains("conditional-census", StringComparison.Ordinal) => new ResidualNetwork(207, 108, 192, 4),
        _ when name.Contains("census", StringComparison.Ordinal) =>
            new Perceptron(Activation.ReLU, 107, 256, 1024, 1024, 1024, 1024, 256, 107),
        _ when name.Contains("res-64x4", StringComparison.Ordinal) => new ResidualNetwork(32, 32, 64, 4),
        _ => new Perceptron(Activation.SiLU, 24, 256, 256, 256, 16),
    };

    private static Action TrainingStep(ManagedEngine engine, Network network, int batch)
    {
        Tape tape = engine.CreateTape(training: true);
        Optimizer adam = engine.CreateAdam(network.Parameters(), new AdamOptions { LearningRate = 1e-3 });
        float[] x = Noise(batch * network.Inputs, 10), y = Noise(batch * network.Outputs, 11);
        return () =>
        {
            tape.Reset();
            Tensor input = tape.Input(new Shape(batch, network.Inputs)), target = tape.Input(new Shape(batch, network.Outputs));
            x.CopyTo(input.Data);
            y.CopyTo(target.Data);
            tape.Backward(tape.MaskedSquaredError(network.Forward(tape, input), target, mask: null, LossReduction.MeanOverCells));
            adam.Step();
        };
    }

    private static Action Row(ManagedEngine engine, Network network)
    {
        Tape tape = engine.CreateTape(training: false);
        float[] x = Noise(network.Inputs, 12);
        return () =>
        {
            tape.Reset();
            Tensor input = tape.Input(new Shape(1, network.Inputs));
            x.CopyTo(input.Data);
            network.Forward(tape, input);
        };
    }

    /// <summary>Ancestral sampling (Ho et al. 2020, algorithm 2): one network pass and one draw of noise per step.</summary>
    private static Action Sampling(ManagedEngine engine, Network network)
    {
        Tape tape = engine.CreateTape(training: false);
        int cells = SamplingBatch * network.Inputs;
        float[] x = new float[cells], noise = new float[cells];
        return () =>
        {
            new Philox(13).FillNormal(x);
            for (int t = SamplingSteps; t > 0; t--)
            {
                float beta = 1e-4f + (0.02f * t / SamplingSteps), keep = 1 / MathF.Sqrt(1 - beta), remove = beta * 2;
                tape.Reset();
                Tensor input = tape.Input(new Shape(SamplingBatch, network.Inputs));
                x.CopyTo(input.Data);
                ReadOnlySpan<float> epsilon = network.Forward(tape, input).Data;
                new Philox(14, (ulong)t).FillNormal(noise);
                float sigma = MathF.Sqrt(beta);
                for (int i = 0; i < x.Length; i++)
                    x[i] = (keep * (x[i] - (remove * epsilon[i]))) + (sigma * noise[i]);
            }
        };
    }

    private static Action Product(ManagedEngine engine, int size)
    {
        Tape tape = engine.CreateTape(training: false);
        var weight = new Parameter("weight", new Shape(size, size));
        Noise(size * size, 15).CopyTo(weight.Update());
        float[] x = Noise(size * size, 16);
        tape.Reset();
        Tensor input = tape.Input(new Shape(size, size));
        x.CopyTo(input.Data);
        return () =>
        {
            // A changed weight must be packed again, as in training and as OpenBLAS does at every call.
            weight.Update();
            tape.Reset();
            tape.Linear(tape.Input(new Shape(size, size)), weight, bias: null);
        };
    }

    /// <summary>A convolution of three positions there and back, 128 rows; or the product of as many multiply-adds.</summary>
    private static Action Convolution(ManagedEngine engine, int channels, int length, bool isProduct)
    {
        const int Rows = 128, Kernel = 3;
        Tape tape = engine.CreateTape(training: true);
        var convolution = new Convolution1d(channels, channels, Kernel, new Philox(1));
        var linear = new Linear(Kernel * channels, channels, new Philox(1));
        var shape = new Shape(Rows * length, isProduct ? Kernel * channels : channels);
        float[] x = Noise(shape.Count, 17), ones = [.. Enumerable.Repeat(1f, Rows * length * channels)];
        return () =>
        {
            convolution.Weight.Update();
            linear.Weight.Update();
            tape.Reset();
            Tensor input = tape.Input(shape, requiresGradient: true), zero = tape.Input(new Shape(Rows * length, channels));
            x.CopyTo(input.Data);
            Tensor y = isProduct ? linear.Forward(tape, input) : convolution.Forward(tape, input, length);
            zero.Data.Clear();
            tape.Backward(tape.MaskedSquaredError(y, zero, mask: null));
        };
    }

    private static float[] Noise(int count, ulong stream)
    {
        float[] values = new float[count];
        new Philox(5, stream).FillNormal(values);
        return values;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
