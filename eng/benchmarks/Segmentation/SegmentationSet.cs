using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>A set of small pictures with masks, as described in ../shared/data/seg.</summary>
internal sealed class SegmentationSet
{
    private SegmentationSet(string[] classes, bool turns) => (Classes, Turns) = (classes, turns);

    public string[] Classes { get; }

    /// <summary>Whether pictures may be turned.</summary>
    public bool Turns { get; }

    /// <summary>Pictures to learn from, without their masks.</summary>
    public List<Picture> Unlabelled { get; } = [];

    public Dictionary<string, (Picture Picture, byte[]? Mask)> All { get; } = new(StringComparer.Ordinal);

    public List<string> Test { get; } = [];

    public Dictionary<string, string[]> Splits { get; private set; } = [];

    public static SegmentationSet Read(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        using JsonDocument info = JsonDocument.Parse(zip.GetEntry("set.json")!.Open());
        var set = new SegmentationSet(
            [.. info.RootElement.GetProperty("classes").EnumerateArray().Select(name => name.ToString())],
            info.RootElement.GetProperty("rotatable").GetBoolean());
        using var index = new StreamReader(zip.GetEntry("index.csv")!.Open());
        string[] header = index.ReadLine()!.Split(',');
        int name = Array.IndexOf(header, "name"), role = Array.IndexOf(header, "role"), mask = Array.IndexOf(header, "mask");
        while (index.ReadLine() is { } line)
        {
            string[] cells = line.Split(',');
            (int height, int width, int channels, byte[] bytes) = Png(zip, $"images/{cells[name]}.png");
            var picture = new Picture(height, width, channels, [.. bytes.Select(b => b / 255f)]);
            byte[]? labels = string.Equals(cells[mask], "1", StringComparison.Ordinal) ? Png(zip, $"masks/{cells[name]}.png").Pixels : null;
            set.All.Add(cells[name], (picture, labels));
            if (string.Equals(cells[role], "test", StringComparison.Ordinal))
                set.Test.Add(cells[name]);
            else
                set.Unlabelled.Add(picture);
        }

        using Stream splits = zip.GetEntry("splits.json")!.Open();
        set.Splits = JsonSerializer.Deserialize<Dictionary<string, string[]>>(splits)!;
        return set;
    }

    private static (int Height, int Width, int Channels, byte[] Pixels) Png(ZipArchive zip, string name)
    {
        using Stream stream = zip.GetEntry(name)!.Open();
        return SmallPng.Read(stream);
    }
}
