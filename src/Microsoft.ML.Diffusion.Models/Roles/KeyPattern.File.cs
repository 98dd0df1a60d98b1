namespace Microsoft.ML.Diffusion.Models.Roles;

public sealed partial record KeyPattern
{
    // A pattern longer than this was not found by a profiler.
    private const int MostItems = 4096;

    /// <summary>Writes the pattern into a model file.</summary>
    internal void Write(BinaryWriter writer)
    {
        writer.Write((byte)Kind);
        writer.Write(Prefix);
        writer.Write(Suffix);
        writer.Write(Width);
        writer.Write(Last);
        writer.Write(IsUpper);
        writer.Write(Mask.Count);
        foreach (KeyCharacter position in Mask)
        {
            writer.Write((ushort)position.Fixed);
            writer.Write(position.HasDigits);
            writer.Write(position.HasZero);
            writer.Write(position.HasUpper);
            writer.Write(position.HasLower);
            writer.Write(position.IsHexadecimal);
        }

        writer.Write(Shapes.Count);
        foreach (string shape in Shapes)
            writer.Write(shape);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no pattern.</exception>
    internal static KeyPattern Read(BinaryReader reader)
    {
        var kind = (KeyKind)reader.ReadByte();
        (string prefix, string suffix) = (reader.ReadString(), reader.ReadString());
        (int width, long last, bool isUpper) = (reader.ReadInt32(), reader.ReadInt64(), reader.ReadBoolean());
        var mask = new KeyCharacter[Count(reader)];
        for (int i = 0; i < mask.Length; i++)
            mask[i] = new KeyCharacter((char)reader.ReadUInt16(), reader.ReadBoolean(), reader.ReadBoolean(), reader.ReadBoolean(),
                reader.ReadBoolean(), reader.ReadBoolean());
        var shapes = new string[Count(reader)];
        for (int i = 0; i < shapes.Length; i++)
            shapes[i] = reader.ReadString();
        if (!Enum.IsDefined(kind) || width is < 0 or > MostItems || last < 0 || Array.Exists(mask, position => position.Choices == 0))
            throw new InvalidDataException("The model file is damaged: it says how keys look, and no key can look so.");
        return new KeyPattern
        {
            Kind = kind, Prefix = prefix, Suffix = suffix, Width = width, Last = last, IsUpper = isUpper, Mask = mask, Shapes = shapes,
        };
    }

    private static int Count(BinaryReader reader) => reader.ReadInt32() is >= 0 and <= MostItems and int count ? count
        : throw new InvalidDataException("The model file is damaged: it says how keys look, and is too long.");
}
