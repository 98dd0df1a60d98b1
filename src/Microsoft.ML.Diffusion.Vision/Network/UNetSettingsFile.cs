using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>The sizes of a network in a file.</summary>
internal static class UNetSettingsFile
{
    private const int LargestNumber = 1 << 12;

    /// <summary>Writes the sizes.</summary>
    public static void Write(BinaryWriter writer, UNetSettings settings)
    {
        writer.Write(settings.Size);
        writer.Write(settings.Channels);
        writer.Write(settings.Outputs);
        writer.Write(settings.Base);
        writer.WriteArray<int>([.. settings.Multipliers]);
        writer.Write(settings.BlocksPerLevel);
        writer.WriteArray<int>([.. settings.AttentionSizes]);
        writer.Write(settings.HeadChannels);
        writer.Write(settings.Groups);
        writer.Write(settings.Dropout);
        writer.Write(settings.ResizesInBlocks);
        writer.Write(settings.StacksPixels);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The sizes make no network.</exception>
    public static UNetSettings Read(BinaryReader reader)
    {
        var settings = new UNetSettings
        {
            Size = reader.ReadBetween(1, LargestNumber, "the size of pictures"),
            Channels = reader.ReadBetween(1, 3, "the number of channels"),
            Outputs = reader.ReadBetween(1, 6, "the number of outputs"),
            Base = reader.ReadBetween(1, LargestNumber, "the width of the network"),
            Multipliers = reader.ReadArray<int>(),
            BlocksPerLevel = reader.ReadBetween(1, LargestNumber, "the number of blocks"),
            AttentionSizes = reader.ReadArray<int>(),
            HeadChannels = reader.ReadBetween(1, LargestNumber, "the width of a head"),
            Groups = reader.ReadBetween(1, LargestNumber, "the number of groups"),
            Dropout = reader.ReadSingle(),
            ResizesInBlocks = reader.ReadBoolean(),
            StacksPixels = reader.ReadBoolean(),
        };
        CheckedReading.Require(settings.Problem() is null, "its network has impossible sizes");
        return settings;
    }
}
