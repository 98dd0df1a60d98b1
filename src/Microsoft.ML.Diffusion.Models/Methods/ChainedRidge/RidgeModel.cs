using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;

/// <summary>Linear regressions of all slots of one column on the same inputs.</summary>
/// <param name="Inputs">Their slots.</param>
/// <param name="Coefficients">[slots of the column, inputs + 1], the intercept last.</param>
internal sealed record RidgeModel(int[] Inputs, double[] Coefficients)
{
    /// <summary>Predicts from a row of slots: a number, or probabilities.</summary>
    public void Predict(ReadOnlySpan<float> slots, Span<float> own, bool areProbabilities)
    {
        int width = Inputs.Length + 1;
        for (int i = 0; i < own.Length; i++)
        {
            ReadOnlySpan<double> coefficients = Coefficients.AsSpan(i * width, width);
            double sum = coefficients[^1];
            for (int j = 0; j < Inputs.Length; j++)
                sum += coefficients[j] * slots[Inputs[j]];
            own[i] = (float)sum;
        }
        if (areProbabilities)
            Probabilities.Normalize(own);
    }

    public void Save(BinaryWriter writer)
    {
        writer.WriteArray(Inputs);
        writer.WriteArray(Coefficients);
    }

    public static RidgeModel Load(BinaryReader reader) => new(reader.ReadArray<int>(), reader.ReadArray<double>());
}
