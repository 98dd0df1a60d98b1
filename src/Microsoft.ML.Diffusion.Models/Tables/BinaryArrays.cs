namespace Microsoft.ML.Diffusion.Models;

/// <summary>Arrays in binary streams: their length, then their elements.</summary>
internal static class BinaryArrays
{
    public static void WriteDoubles(this BinaryWriter writer, double[] values)
    {
        writer.Write(values.Length);
        foreach (double value in values)
            writer.Write(value);
    }

    public static double[] ReadDoubles(this BinaryReader reader)
    {
        double[] values = new double[reader.ReadInt32()];
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadDouble();
        return values;
    }
}
