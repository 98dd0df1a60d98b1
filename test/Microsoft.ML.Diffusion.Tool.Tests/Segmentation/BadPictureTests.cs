using Microsoft.ML.Diffusion.Tool.Segmentation;
using Microsoft.ML.Diffusion.Tool.Tests.Commands;
using SkiaSharp;

namespace Microsoft.ML.Diffusion.Tool.Tests.Segmentation;

/// <summary>Folders that cannot be used are refused in one sentence that names the file, and nothing is written.</summary>
public sealed class BadPictureTests : IDisposable
{
    private const int Size = 4;

    private readonly TemporaryFolder _folder = new();

    public BadPictureTests()
    {
        Directory.CreateDirectory(_folder.PathOf("images"));
        Directory.CreateDirectory(_folder.PathOf("masks"));
        Put("images/a.png", Size, Size);
        Put("images/b.png", Size, Size);
        Put("masks/a.png", Size, Size, first: 1);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_mask_of_another_size()
    {
        Put("masks/a.png", Size + 1, Size, first: 1);
        Refused("masks/a.png has 4 x 5 pixels, and its picture", "images/a.png 4 x 4; a mask of the same size was expected.");
    }

    [Fact]
    public void A_mask_with_height_and_width_swapped()
    {
        foreach (string name in new[] { "images/a.png", "images/b.png" })
            Put(name, 2, 6);
        Put("masks/a.png", 6, 2, first: 1);
        Refused("masks/a.png has 2 x 6 pixels, and its picture", "images/a.png 6 x 2;");
    }

    [Fact]
    public void A_mask_with_a_class_beyond_those_named()
    {
        Put("masks/a.png", Size, Size, first: 3);
        Refused("masks/a.png has class 3 at line 1, column 1, and --classes names 2 classes, from 0; 0 to 1 was expected, or 255",
            "--classes", "one,two");
    }

    [Fact]
    public void A_picture_or_mask_that_cannot_be_read()
    {
        byte[] whole = PngFile.Grey(new byte[64 * 64], 64, 64);
        File.WriteAllBytes(_folder.PathOf("images/b.png"), whole[..^30]);
        Refused("images/b.png is damaged: its pixels cannot be read.");
        _folder.Write("images/b.png", "no picture at all, but long enough to hold a header");
        Refused("images/b.png is no PNG file; one was expected.");
        Put("images/b.png", Size, Size);
        _folder.Write("masks/a.png", "");
        Refused("masks/a.png is no PNG file; one was expected.");
    }

    [Fact]
    public void A_picture_whose_header_claims_more_than_memory_holds()
    {
        byte[] file = PngFile.Grey(new byte[Size * Size], Size, Size);
        (file[16], file[20]) = (0x40, 0x40);
        File.WriteAllBytes(_folder.PathOf("images/b.png"), file);
        Refused("images/b.png has 1073741828 x 1073741828 pixels; at most 64 million were expected.");
    }

    [Fact]
    public void No_mask_for_any_picture()
    {
        File.Move(_folder.PathOf("masks/a.png"), _folder.PathOf("masks/a_mask.png"));
        Refused("masks has a mask for no picture of", "a mask has the file name of its picture, such as a.png, and there is a_mask.png.");
        File.Delete(_folder.PathOf("masks/a_mask.png"));
        Refused("and there is no PNG file.");
    }

    [Fact]
    public void No_picture()
    {
        foreach (string file in Directory.GetFiles(_folder.PathOf("images")))
            File.Move(file, Path.ChangeExtension(file, ".jpg"));
        Refused("images holds no PNG file; pictures were expected, as NAME.png.");
        Directory.Delete(_folder.PathOf("images"), recursive: true);
        Refused("images: there is no such folder.");
        _folder.Write("images", "a file");
        Refused("images is a file; a folder of PNG files was expected.");
    }

    [Fact]
    public void Pictures_of_several_sizes()
    {
        Put("images/b.png", Size, Size + 2);
        Refused("images/b.png has 6 x 4 pixels, and", "images/a.png 4 x 4; pictures of one size were expected.");
    }

    [Fact]
    public void Masks_without_a_second_class()
    {
        Put("masks/a.png", Size, Size, first: 255);
        Refused("masks has class 0 alone, and 255 means that the class of a pixel is not known;");
        Put("masks/a.png", Size, Size, first: 255, others: 255);
        Refused("masks has no pixel with a class,");
    }

    [Fact]
    public void Masks_with_wide_gaps_between_their_classes()
    {
        Put("masks/a.png", Size, Size, first: 128);
        Refused("masks has the classes 0, 128, and none of the 127 between;");
    }

    [Fact]
    public void A_mask_in_colours_or_with_other_numbers_than_bytes()
    {
        byte[] red = [.. Enumerable.Range(0, Size * Size).SelectMany(i => new byte[] { (byte)i, 0, 0, 255 })];
        File.WriteAllBytes(_folder.PathOf("masks/a.png"), PngFile.Colour(red, Size, Size));
        Refused("masks/a.png has colours, such as (1, 0, 0) at line 1, column 2; a grey PNG,");
        using SKImage wide = SKImage.Create(new SKImageInfo(Size, Size, SKColorType.RgbaF16));
        using SKData data = wide.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(_folder.PathOf("masks/a.png"), data.ToArray());
        Refused("masks/a.png has 16 bits for a pixel; a grey PNG of 8 bits,");
    }

    [Fact]
    public void A_model_of_something_else_or_none()
    {
        string none = _folder.Write("m.zip", "none");
        CommandRun run = CommandRun.Of("segment", "predict", none, _folder.PathOf("images"), "-o", _folder.PathOf("out"));
        AssertOneSentence(ExitCode.BadInput, run, "cannot be used as a model");
        Assert.False(Directory.Exists(_folder.PathOf("out")));
    }

    [Fact]
    public void A_file_of_a_network_that_is_not_there_or_holds_none()
    {
        Refused("there is no such file.", "--pretrained", "none.zip");
        Refused("These pictures cannot be learnt from: The safetensors file", "--pretrained", _folder.Write("w.safetensors", "no weights"));
    }

    [Theory]
    [InlineData("segment train --images a --masks b -o m.zip --pretrained f --passes 3", "--passes cannot be given with --pretrained")]
    [InlineData("segment train --images a --masks b -o m.zip --steps 50,x", "--steps is '50,x'")]
    [InlineData("segment train --images a --masks b -o m.zip --steps 1000", "numbers of 0 to 999 were expected")]
    [InlineData("segment train --images a --masks b -o m.zip --blocks 3,2", "Blocks is 3, 2")]
    [InlineData("segment", "segment --help")]
    [InlineData("segment trian", "did you mean train? See mldiffusion segment --help.")]
    [InlineData("segment train --images a", "See mldiffusion segment train --help.")]
    [InlineData("segment train --images a --masks a -o m.zip", "two folders were expected")]
    [InlineData("segment train --images a --masks b -o m.zip --tile 20", "TileSize is 20")]
    [InlineData("segment train --images a --masks b -o m.zip --method none", "blend, ddpm-seg was expected")]
    [InlineData("segment train --images a --masks b -o m.zip --classes one", "There are 1 classes")]
    [InlineData("segment train --images a --masks b -o m.zip --classes one,one", "has a name twice")]
    [InlineData("segment predict m.zip a -o a", "is the folder of the pictures")]
    [InlineData("segment predict m.zip a -o b --overlay ./b/", "is named twice")]
    [InlineData("segment evaluate m.zip --images a --masks b --json m.zip", "is the model itself")]
    [InlineData("segment evaluate m.zip --images a --masks b --json j --report j", "two files were expected")]
    public void Bad_usage(string line, string part) =>
        AssertOneSentence(ExitCode.BadUsage, CommandRun.Of(line.Split(' ')), part);

    private static void AssertOneSentence(int code, CommandRun run, params string[] parts)
    {
        Assert.Equal(code, run.ExitCode);
        Assert.Matches("^mldiffusion: [^\n]+\\.\n$", run.Error.ReplaceLineEndings("\n"));
        Assert.All(parts, part => Assert.Contains(part, run.Error, StringComparison.Ordinal));
    }

    /// <summary>Runs a training; parts that begin with -- and what follows are arguments, the others belong to the sentence.</summary>
    private void Refused(params string[] parts)
    {
        int options = Array.FindIndex(parts, part => part.StartsWith("--", StringComparison.Ordinal));
        string[] more = options < 0 ? [] : parts[options..];
        CommandRun run = CommandRun.Of(
        [
            "segment", "train", "--images", _folder.PathOf("images"), "--masks", _folder.PathOf("masks"), "-o", _folder.PathOf("m.zip"),
            .. more,
        ]);
        AssertOneSentence(ExitCode.BadInput, run, options < 0 ? parts : parts[..options]);
        Assert.DoesNotContain(_folder.Files, name => name.Contains("m.zip", StringComparison.Ordinal));
    }

    /// <summary>Writes a grey picture whose first pixel has one value and all others another.</summary>
    private void Put(string name, int height, int width, byte first = 0, byte others = 0)
    {
        byte[] values = new byte[height * width];
        Array.Fill(values, others);
        values[0] = first;
        File.WriteAllBytes(_folder.PathOf(name), PngFile.Grey(values, height, width));
    }
}
