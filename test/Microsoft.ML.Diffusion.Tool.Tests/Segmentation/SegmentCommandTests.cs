using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tool.Commands;
using Microsoft.ML.Diffusion.Tool.Segmentation;
using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Segmentation;

public sealed class SegmentCommandTests(DiscPictures discs) : IClassFixture<DiscPictures>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_training_says_what_it_learnt_from_and_its_model_is_described_by_inspect()
    {
        Assert.Contains("trained on 6 pictures, of which 4 have a mask, and 2 classes", discs.Training.Error, StringComparison.Ordinal);
        CommandRun run = CommandRun.Of("inspect", discs.Model);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("tells the class of every pixel of pictures", run.Output, StringComparison.Ordinal);
        Assert.Contains("Pictures: 16 x 16 pixels in training, grey.", run.Output, StringComparison.Ordinal);
        Assert.Contains("Classes, from 0: ground, disc", run.Output, StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_training_that_is_killed_goes_on_from_its_checkpoint_to_the_same_bytes()
    {
        string checkpoint = _folder.PathOf("run.checkpoint");
        string[] Command(string model) =>
        [
            "segment", "train", "--images", discs.Images, "--masks", discs.OneMask, "-o", _folder.PathOf(model), "--passes", "300",
            "--quiet",
        ];
        Done(CommandRun.Of(Command("whole.zip")));
        string[] resumable = [.. Command("m.zip"), "--checkpoint", checkpoint];
        using (ToolProcess tool = ToolProcess.Start([.. resumable, "--checkpoint-every", "0"]))
        {
            Assert.True(SpinWait.SpinUntil(() => File.Exists(checkpoint), TimeSpan.FromSeconds(60)));
            tool.Kill();
        }

        Assert.False(File.Exists(_folder.PathOf("m.zip")));
        CommandRun other = CommandRun.Of([.. resumable, "--seed", "8"]);
        Assert.Equal(ExitCode.BadInput, other.ExitCode);
        Assert.Contains("is the checkpoint of another training", other.Error, StringComparison.Ordinal);
        Done(CommandRun.Of(resumable));
        Assert.False(File.Exists(checkpoint));
        Assert.Equal(
            CheckpointCommandTests.Entries(_folder.PathOf("whole.zip")), CheckpointCommandTests.Entries(_folder.PathOf("m.zip")));
    }

    [Fact]
    public void Masks_are_grey_files_with_classes_that_are_mostly_right()
    {
        Done(Predict());

        Assert.Equal(["disc 0.png", "disc 1.png", "disc 2.png"], Names("masks"));
        int right = 0;
        for (int i = 0; i < 3; i++)
        {
            byte[] file = File.ReadAllBytes(_folder.PathOf($"masks/disc {i}.png"));
            // Byte 24 of a PNG file is the number of bits, byte 25 the kind: 0 is grey.
            Assert.Equal((8, 0), (file[24], file[25]));
            PngPicture picture = PngFile.Read(Path.Combine(discs.Test, $"disc {i}.png"));
            byte[] mask = PngFile.ReadMask(_folder.PathOf($"masks/disc {i}.png"), picture);
            Assert.All(mask, label => Assert.InRange(label, 0, 1));
            right += mask.Where((label, pixel) => label == DiscPictures.MaskOf(50 + i)[pixel]).Count();
        }

        Assert.InRange(right, 0.9 * 3 * 256, 3 * 256);
    }

    [Fact]
    public void A_model_in_a_program_predicts_what_the_command_line_does()
    {
        Done(Predict());
        var ml = new MLContext();
        ITransformer model = ml.Model.Load(discs.Model, out _);
        IDataView paths = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 3).Select(i => new { Path = $"disc {i}.png" }).ToArray());
        IDataView rows = ml.Transforms.LoadImages("Image", discs.Test, "Path").Fit(paths).Transform(paths);
        uint[][] answers =
            [.. model.Transform(rows).GetColumn<VBuffer<uint>>("PredictedMask").Select(keys => keys.DenseValues().ToArray())];

        for (int i = 0; i < 3; i++)
        {
            PngPicture picture = PngFile.Read(Path.Combine(discs.Test, $"disc {i}.png"));
            byte[] mask = PngFile.ReadMask(_folder.PathOf($"masks/disc {i}.png"), picture);
            Assert.Equal(mask.Select(label => label + 1u), answers[i]);
        }
    }

    [Fact]
    public void Uncertainty_and_overlay_are_pictures_of_the_same_names_and_the_most_uncertain_are_told()
    {
        CommandRun run = Predict("--uncertainty", _folder.PathOf("doubt"), "--overlay", _folder.PathOf("seen"));
        Done(run);

        Assert.Contains("The most uncertain: disc ", run.Error, StringComparison.Ordinal);
        Assert.Equal(Names("masks"), Names("doubt"));
        PngPicture picture = PngFile.Read(Path.Combine(discs.Test, "disc 1.png")), seen = PngFile.Read(_folder.PathOf("seen/disc 1.png"));
        byte[] mask = PngFile.ReadMask(_folder.PathOf("masks/disc 1.png"), picture);
        Assert.True(PngFile.Read(_folder.PathOf("doubt/disc 1.png")).IsGrey);
        Assert.Contains((byte)1, mask);
        for (int i = 0; i < mask.Length; i++)
        {
            bool isAsBefore = seen.Pixels.AsSpan(4 * i, 3).SequenceEqual(picture.Pixels.AsSpan(4 * i, 3));
            Assert.Equal(mask[i] == 0, isAsBefore);
        }
    }

    [Fact]
    public void Pictures_of_any_size_are_predicted()
    {
        Directory.CreateDirectory(_folder.PathOf("large"));
        File.WriteAllBytes(_folder.PathOf("large/a.png"), PngFile.Grey(DiscPictures.PictureOf(60, size: 21), 21, 21));

        Done(CommandRun.Of("segment", "predict", discs.Model, _folder.PathOf("large"), "-o", _folder.PathOf("masks")));

        PngPicture mask = PngFile.Read(_folder.PathOf("masks/a.png"));
        Assert.Equal((21, 21), (mask.Height, mask.Width));
    }

    [Fact]
    public void An_evaluation_prints_and_writes_figures_that_agree_with_the_masks_predicted()
    {
        Done(Predict());
        string json = _folder.PathOf("m.json");
        CommandRun run = CommandRun.Of("segment", "evaluate", discs.Model, "--images", discs.Test, "--masks", discs.Truth, "--json", json);
        Done(run);

        long[] intersection = new long[2], union = new long[2];
        for (int i = 0; i < 3; i++)
        {
            PngPicture picture = PngFile.Read(Path.Combine(discs.Test, $"disc {i}.png"));
            byte[] mask = PngFile.ReadMask(_folder.PathOf($"masks/disc {i}.png"), picture), truth = DiscPictures.MaskOf(50 + i);
            for (int label = 0; label < 2; label++)
            {
                intersection[label] += mask.Where((each, pixel) => each == label && truth[pixel] == label).Count();
                union[label] += mask.Where((each, pixel) => each == label || truth[pixel] == label).Count();
            }
        }

        double expected = (((double)intersection[0] / union[0]) + ((double)intersection[1] / union[1])) / 2;
        using var document = JsonDocument.Parse(File.ReadAllBytes(json));
        Assert.Equal(expected, document.RootElement.GetProperty("meanIntersectionOverUnion").GetDouble(), 1e-12);
        Assert.Equal(["ground", "disc"], document.RootElement.GetProperty("classes").EnumerateArray()
            .Select(each => each.GetProperty("name").GetString()));
        Assert.Equal(intersection[1], document.RootElement.GetProperty("confusion")[1][1].GetInt64());
        Assert.Equal(3, document.RootElement.GetProperty("pictures").GetArrayLength());
        Assert.Matches($@"(?m)^mean +{expected:0.000}$", run.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_class_that_is_nowhere_counts_as_nothing_or_as_published_as_0()
    {
        string model = _folder.PathOf("three.zip");
        Done(CommandRun.Of(
            "segment", "train", "--images", discs.Images, "--masks", discs.OneMask, "-o", model, "--classes", "ground,disc,ring",
            "--passes", "1", "--method", "ddpm-seg"));

        double mean = Mean(), published = Mean("--as-published");

        Assert.Equal(mean * 2 / 3, published, 0.002);

        double Mean(params string[] more)
        {
            CommandRun run = CommandRun.Of(["segment", "evaluate", model, "--images", discs.Test, "--masks", discs.Truth, .. more]);
            Done(run);
            string line = run.Output.Split('\n').Single(line => line.StartsWith("mean ", StringComparison.Ordinal));
            return double.Parse(line["mean ".Length..], CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public void A_report_shows_picture_truth_prediction_and_uncertainty_side_by_side()
    {
        string report = _folder.PathOf("r.html");
        Done(CommandRun.Of("segment", "evaluate", discs.Model, "--images", discs.Test, "--masks", discs.Truth, "--report", report));

        string text = File.ReadAllText(report);
        XElement page = XElement.Parse(text[text.IndexOf("<html", StringComparison.Ordinal)..]);
        XElement[] rows = [.. page.Descendants("div").Where(each => (string?)each.Attribute("class") == "row")];
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Equal(
            ["picture", "truth", "prediction", "uncertainty"], row.Elements("div").Select(each => each.Element("p")!.Value.Trim())));
        Assert.All(page.Descendants("img"), image =>
        {
            byte[] file = Convert.FromBase64String(((string)image.Attribute("src")!)["data:image/png;base64,".Length..]);
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], file[..4]);
            Assert.NotEmpty((string)image.Attribute("alt")!);
        });
        Assert.DoesNotContain("http://", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_writes_the_same_bytes()
    {
        string[] arguments =
            ["segment", "train", "--images", discs.Images, "--masks", discs.OneMask, "--passes", "1", "--method", "ddpm-seg"];
        Done(CommandRun.Of([.. arguments, "-o", _folder.PathOf("a.zip"), "--seed", "5"]));
        Done(CommandRun.Of([.. arguments, "-o", _folder.PathOf("b.zip"), "--seed", "5"]));

        Assert.Equal(File.ReadAllBytes(_folder.PathOf("a.zip")), File.ReadAllBytes(_folder.PathOf("b.zip")));
    }

    [Fact]
    public void The_network_of_a_model_is_used_for_other_masks_without_a_training()
    {
        string model = _folder.PathOf("again.zip");
        CommandRun run = CommandRun.Of(
            "segment", "train", "--images", discs.Images, "--masks", discs.OneMask, "-o", model, "--pretrained", discs.Model,
            "--steps", "20", "--blocks", "4,5", "--method", "ddpm-seg");
        Done(run);

        float[] features = FeaturesOf(model, steps: null, blocks: null);
        // Two blocks of 32 channels at one level of noise.
        Assert.Equal(64, features.Length);
        Assert.Equal(FeaturesOf(discs.Model, [20], [4, 5]), features);

        float[] FeaturesOf(string path, int[]? steps, int[]? blocks)
        {
            var ml = new MLContext();
            IDataView paths = ml.Data.LoadFromEnumerable(new[] { new { Path = "disc 0.png" } });
            IDataView rows = ml.Transforms.LoadImages("Image", discs.Test, "Path").Fit(paths).Transform(paths);
            var options = new DiffusionImageFeaturesEstimator.Options
            {
                Pretrained = path, Steps = steps, Blocks = blocks, Channels = 1, AverageOverPixels = true,
            };
            IDataView answer = ml.Transforms.DiffusionImageFeatures(options: options).Fit(rows).Transform(rows);
            return answer.GetColumn<float[]>("Features").Single();
        }
    }

    [Fact]
    public void Interrupted_work_leaves_nothing()
    {
        TimeSpan soon = TimeSpan.FromSeconds(0.5), atOnce = TimeSpan.Zero;
        Interrupted(soon, "train", "--images", discs.Images, "--masks", discs.Masks, "-o", _folder.PathOf("m.zip"));
        Interrupted(atOnce, "predict", discs.Model, discs.Test, "-o", _folder.PathOf("masks"));
        Interrupted(atOnce, "evaluate", discs.Model, "--images", discs.Test, "--masks", discs.Truth, "--json", _folder.PathOf("m.json"));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.PathOf("")));

        void Interrupted(TimeSpan after, params string[] arguments)
        {
            using var source = new CancellationTokenSource(after);
            using var error = new StringWriter();
            int code = DiffusionTool.Run(["segment", .. arguments], TextWriter.Null, error, source.Token);
            Assert.Equal((ExitCode.Interrupted, "mldiffusion: interrupted; nothing was written."), (code, error.ToString().TrimEnd()));
        }
    }

    [Fact]
    public void Other_files_of_the_folder_stay_and_those_of_the_same_name_are_replaced()
    {
        Directory.CreateDirectory(_folder.PathOf("masks"));
        _folder.Write("masks/notes.txt", "mine");
        _folder.Write("masks/disc 0.png", "old");
        Done(Predict());

        Assert.Equal(["disc 0.png", "disc 1.png", "disc 2.png", "notes.txt"], Names("masks"));
        Assert.Equal("mine", File.ReadAllText(_folder.PathOf("masks/notes.txt")));
        Assert.Equal(DiscPictures.Size, PngFile.Read(_folder.PathOf("masks/disc 0.png")).Width);
    }

    private static void Done(CommandRun run) =>
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.ExitCode == ExitCode.Done ? "" : run.Error));

    private CommandRun Predict(params string[] more) =>
        CommandRun.Of(["segment", "predict", discs.Model, discs.Test, "-o", _folder.PathOf("masks"), .. more]);

    private string[] Names(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(_folder.PathOf(folder)).Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal),
    ];
}
