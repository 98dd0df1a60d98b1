namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>First values of parameters.</summary>
public static class Initializer
{
    /// <summary>Every element the same.</summary>
    public static void Constant(Parameter parameter, float value) => parameter.Update().Fill(value);

    /// <summary>Uniform in [-bound, bound).</summary>
    public static void Uniform(Parameter parameter, float bound, Philox random)
    {
        Span<float> values = parameter.Update();
        random.FillUniform(values);
        foreach (ref float value in values)
            value = ((2 * value) - 1) * bound;
    }

    /// <summary>Normal with mean zero.</summary>
    public static void Normal(Parameter parameter, float standardDeviation, Philox random)
    {
        Span<float> values = parameter.Update();
        random.FillNormal(values);
        foreach (ref float value in values)
            value *= standardDeviation;
    }

    /// <summary>Uniform within 1/sqrt(inputs): the default of linear layers (LeCun et al. 1998, section 4.6, scaled).</summary>
    public static void FanIn(Parameter parameter, int inputs, Philox random) =>
        Uniform(parameter, 1 / MathF.Sqrt(Math.Max(inputs, 1)), random);

    /// <summary>Uniform within sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010, equation 16).</summary>
    public static void Xavier(Parameter parameter, Philox random) =>
        Uniform(parameter, MathF.Sqrt(6f / Math.Max(parameter.Shape.Rows + parameter.Shape.Columns, 1)), random);

    /// <summary>Normal with variance 2 / inputs (He et al. 2015, equation 10), for layers followed by ReLU.</summary>
    public static void Kaiming(Parameter parameter, Philox random) =>
        Normal(parameter, MathF.Sqrt(2f / Math.Max(parameter.Shape.Rows, 1)), random);
}
