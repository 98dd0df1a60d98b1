using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

// weights . features + bias.
internal static class LinearFunction
{
    public static float Score(float[] weights, float bias, in VBuffer<float> features)
    {
        ReadOnlySpan<float> values = features.GetValues();
        ReadOnlySpan<int> indices = features.GetIndices();
        double sum = bias;
        for (int k = 0; k < values.Length; k++)
            sum += (double)weights[features.IsDense ? k : indices[k]] * values[k];
        return (float)sum;
    }

    public static void Save(BinaryWriter writer, float[] weights, float bias)
    {
        writer.Write(bias);
        writer.Write(weights.Length);
        foreach (float weight in weights)
            writer.Write(weight);
    }

    public static (float[] Weights, float Bias) Load(BinaryReader reader)
    {
        float bias = reader.ReadSingle();
        var weights = new float[reader.ReadInt32()];
        for (int f = 0; f < weights.Length; f++)
            weights[f] = reader.ReadSingle();
        return (weights, bias);
    }
}
