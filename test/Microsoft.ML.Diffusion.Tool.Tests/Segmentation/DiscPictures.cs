using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Tool.Segmentation;
using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Segmentation;

/// <summary>Folders of small pictures of bright discs on noise, and a model of them, trained once for all tests of a class.</summary>
public sealed class DiscPictures : IDisposable
{
    public const int Size = 16;

    private readonly TemporaryFolder _folder = new();

    public DiscPictures()
    {
        Write("images", "masks", first: 0, count: 6, labelled: 4);
        Write("test", "truth", first: 50, count: 3, labelled: 3);
        Directory.CreateDirectory(OneMask);
        File.Copy(Path.Combine(Masks, "disc 0.png"), Path.Combine(OneMask, "disc 0.png"));
        Model = _folder.PathOf("discs.zip");
        Training = CommandRun.Of("segment", "train", "--images", Images, "--masks", Masks, "-o", Model, "--classes", "ground,disc",
            "--passes", "40");
        Assert.Equal((ExitCode.Done, ""), (Training.ExitCode, Training.ExitCode == ExitCode.Done ? "" : Training.Error));
    }

    internal CommandRun Training { get; }

    public string Model { get; }

    public string Images => _folder.PathOf("images");

    public string Masks => _folder.PathOf("masks");

    /// <summary>A folder with one mask, for trainings whose model is of no interest.</summary>
    public string OneMask => _folder.PathOf("one");

    public string Test => _folder.PathOf("test");

    public string Truth => _folder.PathOf("truth");

    public void Dispose() => _folder.Dispose();

    /// <summary>The mask of a picture.</summary>
    internal static byte[] MaskOf(int number, int size = Size)
    {
        Philox random = new Philox(7).Fork((ulong)number);
        (int line, int column, int radius) = (5 + random.Below(0, 6), 5 + random.Below(1, 6), 3 + random.Below(2, 2));
        return [.. Enumerable.Range(0, size * size).Select(pixel =>
        {
            (int down, int over) = ((pixel / size) - line, (pixel % size) - column);
            return (byte)((down * down) + (over * over) <= radius * radius ? 1 : 0);
        })];
    }

    /// <summary>The grey values of a picture.</summary>
    internal static byte[] PictureOf(int number, int size = Size)
    {
        float[] noise = new float[size * size];
        new Philox(8).Fork((ulong)number).FillNormal(noise);
        return [.. MaskOf(number, size).Select((label, i) => (byte)(255 * Math.Clamp(0.3f + (0.4f * label) + (0.1f * noise[i]), 0, 1)))];
    }

    private void Write(string images, string masks, int first, int count, int labelled)
    {
        Directory.CreateDirectory(_folder.PathOf(images));
        Directory.CreateDirectory(_folder.PathOf(masks));
        for (int i = 0; i < count; i++)
        {
            string name = $"disc {i}.png";
            File.WriteAllBytes(Path.Combine(_folder.PathOf(images), name), PngFile.Grey(PictureOf(first + i), Size, Size));
            if (i < labelled)
                File.WriteAllBytes(Path.Combine(_folder.PathOf(masks), name), PngFile.Grey(MaskOf(first + i), Size, Size));
        }
    }
}
