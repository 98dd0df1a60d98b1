using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Vision.Classifiers;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Features;
using Microsoft.ML.Diffusion.Vision.Pictures;
using Microsoft.ML.Diffusion.Vision.Segmentation;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Trains on the first labels of each split and scores all test pictures, or the first some.</summary>
internal static class Evaluation
{
    public static void Run(SegmentationSet set, string name, DiffusionFeatures pretrained, string method, Arguments arguments)
    {
        int labels = int.Parse(arguments.Value("labels", "20"), CultureInfo.InvariantCulture);
        int most = int.Parse(arguments.Value("max-test", "100"), CultureInfo.InvariantCulture);
        var means = new List<double>();
        foreach (string split in arguments.List("splits", "0,1,2"))
        {
            List<LabelledPicture> labelled =
                [.. set.Splits[split].Take(labels).Select(one => new LabelledPicture(set.All[one].Picture, set.All[one].Mask!))];
            SegmentationOptions options = method switch
            {
                "default" => new SegmentationOptions { Pretrained = pretrained },
                "ddpm-seg" => SegmentationOptions.DdpmSeg() with { Pretrained = pretrained },
                "perceptrons" => new SegmentationOptions { Pretrained = pretrained, Folds = 1, Forest = null },
                _ => new SegmentationOptions { Pretrained = pretrained, Folds = 1, Forest = new PixelForestSettings() },
            };
            TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var segmenter = PixelSegmenter.Train(set.Unlabelled, labelled, set.Classes.Length, options, null, default);
            double training = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
            if (arguments.Value("save", "") is { Length: > 0 } path)
            {
                using var writer = new BinaryWriter(File.Create(path));
                segmenter.Save(writer);
            }

            var scores = new SegmentationScores(set.Classes.Length);
            var watch = Stopwatch.StartNew();
            string[] tests = [.. set.Test.Take(most)];
            foreach (string test in tests)
                scores.Add(set.All[test].Mask!, segmenter.Segment(set.All[test].Picture).Classes);
            string weights = string.Join(" ",
                segmenter.Experts.Select(expert => $"{expert.Classifier.GetType().Name}/{expert.Features}:{expert.Weight:F1}"));
            string classes = string.Join(" ", set.Classes.Select((label, i) => $"{label} {100 * scores.Of(i):F1}"));
            Console.WriteLine(
                $"{name} {method} split {split} labels {labels}: mIoU {100 * scores.Mean:F2} ({classes}) " +
                $"training {training:F0} CPU s, {watch.Elapsed.TotalMilliseconds / tests.Length:F0} ms a picture; {weights}");
            means.Add(100 * scores.Mean);
        }

        double mean = means.Average(),
            deviation = means.Count < 2 ? 0 : Math.Sqrt(means.Sum(v => (v - mean) * (v - mean)) / (means.Count - 1));
        Console.WriteLine($"{name} {method} labels {labels} mIoU {mean:F2} +- {deviation:F2}");
    }

    /// <summary>How long one picture takes, one after the other.</summary>
    public static void Predict(SegmentationSet set, string model, int pictures)
    {
        using var reader = new BinaryReader(File.OpenRead(model));
        var segmenter = PixelSegmenter.Load(reader);
        Picture[] tests = [.. set.Test.Take(pictures).Select(name => set.All[name].Picture)];
        // Through all of them first, so that the code is compiled as well as it will be.
        var scores = new SegmentationScores(set.Classes.Length);
        foreach (string name in set.Test)
            scores.Add(set.All[name].Mask!, segmenter.Segment(set.All[name].Picture).Classes);
        Console.WriteLine($"mIoU of {set.Test.Count} pictures: {100 * scores.Mean:F4}");
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        double[] times = [.. tests.Select(picture =>
        {
            long start = Stopwatch.GetTimestamp();
            segmenter.Segment(picture);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }).Order()];
        double each = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMilliseconds / tests.Length;
        Console.WriteLine(
            $"one picture: least {times[0]:F1} ms, median {times[times.Length / 2]:F1} ms, {each:F1} CPU ms, " +
            $"{(GC.GetAllocatedBytesForCurrentThread() - allocated) / tests.Length / 1024} KB allocated, {tests.Length} pictures");
        PrintParts(segmenter, tests);
    }

    /// <summary>How long each part takes on average: as time of the clock, and of the processors.</summary>
    private static void PrintParts(PixelSegmenter segmenter, Picture[] tests)
    {
        var filters = new FilterFeatures(tests[0].Channels);
        bool usesFilters = segmenter.Experts.Any(expert => expert.Classifier is PixelForest);
        if (usesFilters)
            Print("filters", picture => filters.Layers(picture));
        Print("network", picture => segmenter.Diffusion.Layers(picture));
        PictureFeatures[] features =
            [.. tests.Select(picture => PixelSegmenter.FeaturesOf(picture, usesFilters ? filters : null, segmenter.Diffusion))];
        foreach (PixelExpert expert in segmenter.Experts)
        {
            int next = 0;
            Print($"{expert.Classifier.GetType().Name} of {expert.Features}", _ => expert.Answer(features[next++ % features.Length]));
        }

        void Print(string part, Action<Picture> act)
        {
            TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
            double[] times = [.. tests.Select(picture =>
            {
                long start = Stopwatch.GetTimestamp();
                act(picture);
                return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }).Order()];
            double each = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMilliseconds / tests.Length;
            Console.WriteLine($"  {part}: least {times[0]:F1} ms, median {times[times.Length / 2]:F1} ms, {each:F1} CPU ms");
        }
    }
}
