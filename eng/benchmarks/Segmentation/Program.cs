using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Network;

// Segmentation pretrain SET.zip SECONDS FEATURES: trains the small network on the pictures without their masks.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
SegmentationSet set = SegmentationSet.Read(args[1]);
switch (args[0])
{
    case "pretrain":
        int channels = set.Unlabelled[0].Channels;
        var network = new UNetSettings { Channels = channels, Outputs = channels };
        var settings = new PictureDiffusionSettings { Turns = set.Turns };
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime,
            most = TimeSpan.FromSeconds(double.Parse(args[2], CultureInfo.InvariantCulture));
        var watch = Stopwatch.StartNew();
        int steps = 0;
        var counted = new Count(p => steps = p.Step);
        DenoisingUNet trained = PictureDiffusionTrainer.Train(set.Unlabelled, network, settings, 1, most, counted, default);
        double cpu = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        int images = steps * settings.BatchSize;
        Console.WriteLine(
            $"{set.Unlabelled.Count} pictures, {trained.ParameterCount()} weights, {images} passes in {watch.Elapsed.TotalSeconds:F0} s, " +
            $"{images / cpu:F1} pictures a CPU second, peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");
        var features = new DiffusionFeatures(
            trained, [50, 150, 250], DiffusionFeatures.DefaultBlocks(network.DecoderBlocks), DiffusionFeatures.NoiseOf(network, 1));
        using (var writer = new BinaryWriter(File.Create(args[3])))
            features.Save(writer);
        break;
    case "evaluate":
        // Segmentation evaluate SET.zip FEATURES METHOD [--labels 20] [--splits 0,1,2]: METHOD is default, ddpm-seg or forest.
        DiffusionFeatures pretrained;
        using (var reader = new BinaryReader(File.OpenRead(args[2])))
            pretrained = DiffusionFeatures.Load(reader);
        Evaluation.Run(set, Path.GetFileNameWithoutExtension(args[1]), pretrained, args[3], new Arguments(args));
        break;
    case "predict":
        // Segmentation predict SET.zip MODEL: MODEL is what evaluate wrote with --save.
        Evaluation.Predict(set, args[2], 60);
        break;
    case "speed":
        // Segmentation speed SET.zip: which share of the processor's peak the training reaches.
        TrainingSpeed.Print(set);
        break;
    default:
        Console.Error.WriteLine("pretrain SET.zip SECONDS FEATURES " +
            "| evaluate SET.zip FEATURES METHOD [--labels 20] [--splits 0,1,2] [--save MODEL] | predict SET.zip MODEL " +
            "| speed SET.zip");
        break;
}

/// <summary>Tells of the training on the thread that trains.</summary>
internal sealed class Count(Action<TrainingProgress> seen) : IProgress<TrainingProgress>
{
    private TimeSpan _told;

    public void Report(TrainingProgress value)
    {
        seen(value);
        if (value.Elapsed - _told < TimeSpan.FromSeconds(10))
            return;
        _told = value.Elapsed;
        Console.Error.WriteLine($"{value.Step}/{value.Steps} {value.Loss:F4} {value.Elapsed:mm\\:ss}");
    }
}
