using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>A forest and how far it is trusted.</summary>
/// <param name="Forest">The forest.</param>
/// <param name="Weight">The probability with which it draws in place of the network, above 0 and below 1.</param>
internal sealed record WeightedForest(ColumnForest Forest, float Weight)
{
    public void Save(BinaryWriter writer)
    {
        writer.Write(Weight);
        Forest.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="columns">All columns.</param>
    /// <param name="column">The forest's column.</param>
    /// <param name="inputs">The columns that it knows.</param>
    public static WeightedForest Load(BinaryReader reader, TokenColumn[] columns, int column, int[] inputs)
    {
        float weight = reader.ReadSingle();
        CheckedReading.Require(
            weight is > 0 and < 1 && inputs.Length > 0 && columns[column].Count <= ColumnForest.MostTokens, "a forest makes no sense");
        return new WeightedForest(ColumnForest.Load(reader, columns, column, inputs), weight);
    }
}
