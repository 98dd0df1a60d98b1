using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>What a saved network needs to know of its settings.</summary>
internal static class GpVaeSettingsFile
{
    // Larger than anybody's, and what the inverse of a prior has room for.
    private const int MostSteps = 4096, MostWidth = 1 << 16;

    public static void Write(BinaryWriter writer, GpVaeSettings settings)
    {
        writer.Write(settings.Steps);
        writer.Write(settings.Latents);
        writer.WriteArray((int[])[.. settings.Encoder]);
        writer.WriteArray((int[])[.. settings.Decoder]);
        writer.Write(settings.Window);
        writer.Write(settings.Variance);
        writer.Write(settings.LengthScale);
        writer.Write(settings.Scales);
        writer.Write((byte)settings.Squash);
        writer.Write(settings.IsBinary);
        writer.Write(settings.PictureWidth);
        writer.Write(settings.PictureFilters);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static GpVaeSettings Read(BinaryReader reader)
    {
        var settings = new GpVaeSettings
        {
            Steps = reader.ReadBetween(1, MostSteps, "the number of steps"),
            Latents = reader.ReadBetween(1, MostWidth, "the number of latents"),
            Encoder = Sizes(reader),
            Decoder = Sizes(reader),
            Window = reader.ReadBetween(1, MostSteps, "the window"),
            Variance = reader.ReadFinite("the variance"),
            LengthScale = reader.ReadFinite("the length scale"),
            Scales = reader.ReadBetween(1, 64, "the number of length scales"),
            Squash = reader.ReadKind<PrecisionSquash>("form of the precision"),
            IsBinary = reader.ReadBoolean(),
            PictureWidth = reader.ReadBetween(0, MostWidth, "the width of pictures"),
            PictureFilters = reader.ReadBetween(1, MostWidth, "the number of filters"),
        };
        CheckedReading.Require(settings.Variance > 0 && settings.LengthScale > 0, "the prior makes no sense");
        return settings;
    }

    private static int[] Sizes(BinaryReader reader)
    {
        int[] sizes = reader.ReadArray<int>();
        CheckedReading.Require(sizes.Length <= 64 && Array.TrueForAll(sizes, size => size is >= 1 and <= MostWidth), "a layer has no size");
        return sizes;
    }
}
