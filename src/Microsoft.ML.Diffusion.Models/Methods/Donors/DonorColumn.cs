using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Methods.Donors;

/// <summary>The trees of one column.</summary>
/// <param name="Inputs">The slots that the trees look at.</param>
/// <param name="Trees">At least one.</param>
internal sealed record DonorColumn(int[] Inputs, DonorTree[] Trees)
{
    /// <summary>How many different values a column has.</summary>
    public static int ValuesOf(int column, TableEncoder encoder, ObservedNumbers numbers) =>
        encoder.Encoded[column] is { Scaler: null } categories ? categories.Categories : numbers.Scaled(column).Length;

    /// <summary>The value of a row in the leaf of one tree.</summary>
    /// <param name="slots">The slots of the row that is filled.</param>
    /// <param name="tree">Uniform in [0, 1): which tree.</param>
    /// <param name="row">Uniform in [0, 1): which row of the leaf.</param>
    /// <returns>The place of an observed number, or a category.</returns>
    public ushort Draw(ReadOnlySpan<float> slots, float tree, float row) =>
        Trees[Math.Min((int)(tree * Trees.Length), Trees.Length - 1)].Draw(slots, Inputs, row);

    public void Save(BinaryWriter writer)
    {
        writer.WriteArray(Inputs);
        writer.Write(Trees.Length);
        foreach (DonorTree tree in Trees)
            tree.Save(writer, Inputs.Length);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="slots">How many slots a row has.</param>
    /// <param name="values">How many different values the column has.</param>
    public static DonorColumn Load(BinaryReader reader, int slots, int values)
    {
        int[] inputs = reader.ReadAscendingPlaces(slots, "inputs of trees");
        // Three counts, and a node.
        DonorTree[] trees = reader.ReadItems(
            1 + (3 * sizeof(int)), "trees of a column", reader => DonorTree.Load(reader, inputs.Length, values));
        CheckedReading.Require(trees.Length > 0, "a column has no trees to draw from");
        return new DonorColumn(inputs, trees);
    }
}
