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

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="slots">How many slots a row has.</param>
    /// <param name="own">How many of them are predicted.</param>
    public static RidgeModel Load(BinaryReader reader, int slots, int own)
    {
        int[] inputs = reader.ReadArray<int>();
        CheckedReading.Require(
            inputs.Length <= slots && Array.TrueForAll(inputs, input => (uint)input < (uint)slots), "an input of a regression is no slot");
        return new RidgeModel(inputs, reader.ReadFiniteDoubles("coefficients", own * (inputs.Length + 1)));
    }
}
