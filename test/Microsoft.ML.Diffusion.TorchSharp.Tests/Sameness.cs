using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Runs a step on both engines and compares what comes of it.</summary>
internal static class Sameness
{
    private const double Tolerance = 1e-4;

    /// <summary>A loss of some inputs, and of whatever parameters the function knows.</summary>
    public delegate Tensor Step(Tape tape, List<Tensor> inputs);

    /// <summary>Asserts that loss, gradients of inputs and gradients of parameters agree.</summary>
    /// <param name="parameters">The parameters; none of them may be without a gradient.</param>
    /// <param name="step">Makes the inputs whose gradients are compared, adds them to the list, and gives the loss.</param>
    public static void AssertSame(IReadOnlyList<Parameter> parameters, Step step)
    {
        using var managed = new ManagedEngine(threads: 1);
        using var torch = Backend.NewEngine();
        List<float[]> expected = Run(managed, parameters, step), actual = Run(torch, parameters, step);
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
            AssertClose(expected[i], actual[i], $"value {i} of {expected.Count}");
        Assert.All(expected, values => Assert.Contains(values, value => value != 0));
    }

    /// <summary>Asserts that two lists of numbers differ by at most 1e-4 of the largest.</summary>
    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 1e-3;
        foreach (float value in expected)
            largest = Math.Max(largest, Math.Abs(value));
        for (int i = 0; i < expected.Length; i++)
        {
            bool isClose = Math.Abs(expected[i] - actual[i]) <= Tolerance * largest;
            Assert.True(isClose, $"{what}: element {i} is {actual[i]} on TorchSharp and {expected[i]} on the managed engine.");
        }
    }

    /// <summary>Moves every parameter off its first value, so that no layer starts at zero.</summary>
    public static Parameter[] Shake(params Module[] modules)
    {
        Parameter[] parameters = [.. modules.SelectMany(module => module.Parameters())];
        for (int p = 0; p < parameters.Length; p++)
        {
            float[] noise = new float[parameters[p].Shape.Count];
            new Philox(77, (ulong)p).FillNormal(noise);
            Span<float> values = parameters[p].Update();
            for (int i = 0; i < values.Length; i++)
                values[i] += 0.1f * noise[i];
        }
        return parameters;
    }

    /// <summary>An input of standard normal numbers.</summary>
    public static Tensor Normals(Tape tape, Shape shape, ulong stream, bool requiresGradient = false)
    {
        Tensor tensor = tape.Input(shape, requiresGradient);
        new Philox(5, stream).FillNormal(tensor.Data);
        return tensor;
    }

    private static List<float[]> Run(TensorEngine engine, IReadOnlyList<Parameter> parameters, Step step)
    {
        foreach (Parameter parameter in parameters)
            parameter.ZeroGradient();
        using Tape tape = engine.CreateTape(training: true);
        List<Tensor> inputs = [];
        Tensor loss = step(tape, inputs);
        tape.Backward(loss);
        List<float[]> results = [loss.Data.ToArray()];
        foreach (Tensor input in inputs)
            results.Add(input.Gradient.ToArray());
        foreach (Parameter parameter in parameters)
            results.Add(parameter.Gradient.ToArray());
        return results;
    }
}
