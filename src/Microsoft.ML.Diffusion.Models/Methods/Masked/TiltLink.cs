using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>By what one weight of a <see cref="ClassTilt"/> depends on another column of the row.</summary>
/// <param name="Feature">The weight.</param>
/// <param name="Column">The other column.</param>
/// <param name="Token">The token that it must have; -1 for a number's place.</param>
/// <param name="Mean">The mean in the class, which is taken off.</param>
/// <param name="Weight">What it counts.</param>
internal readonly record struct TiltLink(int Feature, int Column, int Token, double Mean, double Weight)
{
    /// <summary>What the other column holds.</summary>
    /// <param name="tokens">The row; negative where unknown, which counts as the mean.</param>
    /// <param name="columns">All columns.</param>
    public double ValueIn(ReadOnlySpan<int> tokens, TokenColumn[] columns)
    {
        int token = tokens[Column];
        if (token < 0)
            return 0;
        if (Token >= 0)
            return (token == Token ? 1 : 0) - Mean;
        return token == columns[Column].MissingToken ? 0 : columns[Column].Positions[token] - Mean;
    }

    public bool IsSound(TokenColumn[] columns, int features) =>
        Feature >= 0 && Feature < features && Column >= 0 && Column < columns.Length && Token < columns[Column].Count
        && (Token >= 0 || !columns[Column].Positions.IsEmpty) && double.IsFinite(Mean) && double.IsFinite(Weight);

    public void Save(BinaryWriter writer)
    {
        writer.Write(Feature);
        writer.Write(Column);
        writer.Write(Token);
        writer.Write(Mean);
        writer.Write(Weight);
    }

    public static TiltLink Load(BinaryReader reader) =>
        new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble());
}
