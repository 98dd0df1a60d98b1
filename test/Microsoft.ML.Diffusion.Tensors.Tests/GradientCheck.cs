namespace Microsoft.ML.Diffusion.Tensors.Tests;

/// <summary>Compares gradients with central differences of the loss.</summary>
internal static class GradientCheck
{
    /// <summary>
    /// Runs the loss at values of the inputs and parameters nudged up and down one at a time; the loss must be a smooth function
    /// of order one.
    /// </summary>
    internal static void Run(
        Func<Tape, Tensor[], Tensor> loss, Shape[] inputs, Parameter[]? parameters = null, ManagedEngineOptions? options = null, double tolerance = 2e-3)
    {
        parameters ??= [];
        using var engine = new ManagedEngine(options ?? new ManagedEngineOptions());
        using Tape tape = engine.CreateTape(training: true);
        float[][] values = [.. inputs.Select((s, i) => Random(s.Count, (ulong)i))];
        for (int p = 0; p < parameters.Length; p++)
            Random(parameters[p].Shape.Count, 100 + (ulong)p).CopyTo(parameters[p].Update());

        Tensor[] tensors = Inputs(tape, inputs, values);
        tape.Backward(loss(tape, tensors));
        float[][] inputGradients = [.. tensors.Select(t => t.Gradient.ToArray())];
        float[][] parameterGradients = [.. parameters.Select(p => p.Gradient.ToArray())];

        for (int i = 0; i < inputs.Length; i++)
        {
            Assert.Equal(values[i].Length, inputGradients[i].Length);
            float[] v = values[i];
            for (int j = 0; j < v.Length; j++)
            {
                int k = j;
                Check(inputGradients[i][j], x => v[k] = x, v[j], $"input {i}, element {j}");
            }
        }

        for (int p = 0; p < parameters.Length; p++)
        {
            Parameter parameter = parameters[p];
            for (int j = 0; j < parameter.Shape.Count; j++)
            {
                int k = j;
                Check(parameterGradients[p][j], x => parameter.Update()[k] = x, parameter.Value[j], $"parameter {p}, element {j}");
            }
        }

        void Check(float gradient, Action<float> set, float value, string what)
        {
            const float Step = 1e-2f;
            set(value + Step);
            double up = Evaluate();
            set(value - Step);
            double down = Evaluate();
            set(value);
            double difference = (up - down) / (2.0 * Step);
            Assert.True(
                Math.Abs(difference - gradient) <= tolerance * Math.Max(1, Math.Abs(difference)),
                $"{what}: the gradient is {gradient}, and the central difference {difference}");
        }

        double Evaluate()
        {
            tape.Reset();
            return loss(tape, Inputs(tape, inputs, values)).Data[0];
        }
    }

    internal static float[] Random(int count, ulong stream)
    {
        var values = new float[count];
        new Philox(1, stream).FillNormal(values);
        return values;
    }

    private static Tensor[] Inputs(Tape tape, Shape[] shapes, float[][] values)
    {
        var tensors = new Tensor[shapes.Length];
        for (int i = 0; i < shapes.Length; i++)
        {
            tensors[i] = tape.Input(shapes[i], requiresGradient: true);
            values[i].CopyTo(tensors[i].Data);
        }

        return tensors;
    }

    /// <summary>A loss that weighs every element differently, so that a swapped or dropped element shows.</summary>
    public static Tensor Weigh(Tape tape, Tensor x)
    {
        Tensor target = tape.Input(x.Shape);
        Random(x.Shape.Count, 50).CopyTo(target.Data);
        Tensor mask = tape.Input(x.Shape);
        for (int i = 0; i < mask.Data.Length; i++)
            mask.Data[i] = 0.5f + (i % 3 / 2f);
        return tape.MaskedSquaredError(x, target, mask);
    }
}
