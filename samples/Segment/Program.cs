// Nuclei in pictures of a microscope, learnt from 20 masks and 40 pictures without (README.md tells where they come from).
//   1. train on a folder of images and masks;
//   2. compare with the masks of pictures that were not learnt from;
//   3. write masks, and name the picture that should be labelled next;
//   4. use the trained network for other labels: here those of three pictures alone.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
string folder = Path.Combine(AppContext.BaseDirectory, "nuclei");
IDataView training = Load("images", "masks"), test = Load("test", "truth");

// 1. The denoising network learns from all pictures, the classifiers from the masks.
var options = new DiffusionSegmentationEstimator.Options
{
    ClassNames = ["ground", "nucleus"], Channels = 1, MaxTrainingTime = TimeSpan.FromSeconds(args.Length > 0 ? int.Parse(args[0]) : 30),
};
DiffusionSegmentationTransformer model = ml.Transforms.DiffusionSegmentation(options: options).Fit(training);

// 2. Intersection over union.
Print("20 masks", model);

// 3. A mask for each picture; the classifiers disagree most where a mask would teach most.
Directory.CreateDirectory("predicted");
NucleusAnswer[] answers = [.. ml.Data.CreateEnumerable<NucleusAnswer>(model.Transform(test), reuseRowObject: false)];
foreach (NucleusAnswer answer in answers)
{
    // Key 1 is class 0. Nuclei are white.
    byte[] pixels = [.. answer.PredictedMask.SelectMany(key =>
    {
        byte grey = key == 2 ? byte.MaxValue : (byte)0;
        return new[] { grey, grey, grey, byte.MaxValue };
    })];
    using var mask = MLImage.CreateFromPixels(model.Width, model.Height, MLPixelFormat.Bgra32, pixels);
    mask.Save(Path.Combine("predicted", answer.ImagePath));
}

NucleusAnswer least = answers.MaxBy(answer => answer.ImageUncertainty)!;
Console.WriteLine($"{answers.Length} masks are in the folder predicted; {least.ImagePath} should be labelled next.");

// 4. Its network again, without another training, for the masks of three pictures.
ml.Model.Save(model, null, "nuclei.zip");
options.Pretrained = "nuclei.zip";
Print("3 masks", ml.Transforms.DiffusionSegmentation(options: options).Fit(Load("images", "masks", most: 3)));

void Print(string name, DiffusionSegmentationTransformer trained)
{
    SegmentationMetrics metrics = ml.EvaluateSegmentation(trained.Transform(test));
    string classes = string.Join(", ", metrics.ClassNames.Zip(metrics.PerClassIntersectionOverUnion, (each, iou) => $"{each} {iou:F3}"));
    Console.WriteLine($"{name}: mean intersection over union {metrics.MeanIntersectionOverUnion:F3} ({classes})");
}

IDataView Load(string images, string masks, int most = int.MaxValue)
{
    string[] labelled = [.. Directory.GetFiles(Path.Combine(folder, masks)).Order(StringComparer.Ordinal).Take(most)
        .Select(path => Path.GetFileName(path))];
    IDataView paths = ml.Data.LoadFromEnumerable(Directory.GetFiles(Path.Combine(folder, images)).Order(StringComparer.Ordinal)
        .Select(path => Path.GetFileName(path))
        .Select(name => new Nucleus { ImagePath = name, MaskPath = labelled.Contains(name) ? name : "" }));
    return ml.Transforms.LoadImages("Image", Path.Combine(folder, images), nameof(Nucleus.ImagePath))
        .Append(ml.Transforms.LoadImages("Mask", Path.Combine(folder, masks), nameof(Nucleus.MaskPath))).Fit(paths).Transform(paths);
}

/// <summary>The files of a picture.</summary>
internal sealed class Nucleus
{
    public string ImagePath { get; set; } = "";

    /// <summary>Empty where nobody drew a mask.</summary>
    public string MaskPath { get; set; } = "";
}

/// <summary>What is predicted for it.</summary>
internal sealed class NucleusAnswer
{
    public string ImagePath { get; set; } = "";

    public uint[] PredictedMask { get; set; } = [];

    [ColumnName("PredictedMask.ImageUncertainty")]
    public float ImageUncertainty { get; set; }
}
