using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Classifiers;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Features;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Segmentation;

/// <summary>Trains a <see cref="PixelSegmenter"/>: the denoising network on all pictures, then classifiers on the labelled pixels; where
/// there are several, pictures are held back in turn to see how much the answer of each should count.</summary>
internal sealed class SegmenterTraining
{
    private const ulong FoldSeed = 1000;

    private readonly IReadOnlyList<Picture> _unlabelled;
    private readonly IReadOnlyList<LabelledPicture> _labelled;
    private readonly int _classes;
    private readonly SegmentationOptions _options;
    private readonly ProgressMeter _meter;
    private readonly HeldBackPictures[] _folds;
    private readonly int _planned;
    private readonly CancellationToken _cancel;

    /// <inheritdoc cref="PixelSegmenter.Train"/>
    public SegmenterTraining(
        IReadOnlyList<Picture> unlabelled, IReadOnlyList<LabelledPicture> labelled, int classes, SegmentationOptions options,
        IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, byte.MaxValue);
        if (!labelled.Any(picture => picture.Mask.Any(label => label != LabelledPicture.Ignored)))
            throw new ArgumentException("No pixel is labelled, so there is nothing to learn from.", nameof(labelled));
        byte bad = labelled.SelectMany(picture => picture.Mask)
            .FirstOrDefault(label => label != LabelledPicture.Ignored && label >= classes);
        if (bad > 0)
            throw new ArgumentException($"A mask has class {bad}, and there are {classes} classes, from 0.", nameof(labelled));
        (_unlabelled, _labelled, _classes, _options, _cancel) = (unlabelled, labelled, classes, options, cancel);
        _folds = options.Forest is null ? [] : HeldBackPictures.InTurn(labelled, options.Folds, new Philox(options.Seed, FoldSeed));
        // Perceptrons are trained once for each of the folds and once on everything; they often stop early.
        int pixels = labelled.Sum(picture => picture.Mask.Count(label => label != LabelledPicture.Ignored));
        _planned = options.Perceptrons.Members * MlpTraining.FewestSteps(pixels, options.Perceptrons);
        _meter = new ProgressMeter(progress) { Planned = _planned * (_folds.Length + 1) };
    }

    /// <summary>Trains.</summary>
    public PixelSegmenter Run()
    {
        DiffusionFeatures diffusion = _options.Pretrained ?? TrainDiffusion();
        FilterFeatures? filters = _options.Forest is null ? null : new FilterFeatures(_labelled[0].Picture.Channels);
        var features = new PictureFeatures[_labelled.Count];
        ParallelLoop.Run(
            features.Length, i => features[i] = PixelSegmenter.FeaturesOf(_labelled[i].Picture, filters, diffusion),
            _options.Threads, _cancel);
        int[] all = [.. Enumerable.Range(0, _labelled.Count)];
        int own = filters?.Count ?? 0, count = own + diffusion.Count;
        float[] weights = filters is null ? [1] : Blend(features, own, count);
        PixelExpert[] experts = Experts(features, all, own, count, weights, _options.Seed);
        return new PixelSegmenter(filters, diffusion, experts, _classes);
    }

    private DiffusionFeatures TrainDiffusion() => DenoiserTraining.Run(
        [.. _unlabelled, .. _labelled.Select(picture => picture.Picture)], _options, _meter, _cancel);

    /// <summary>The weights of the classifiers on pictures that are held back in turn.</summary>
    private float[] Blend(PictureFeatures[] features, int own, int count)
    {
        if (_folds.Length == 0)
            return [1, 0, 0];
        var blend = new ExpertBlend(_classes);
        for (int fold = 0; fold < _folds.Length; fold++)
        {
            (int[] learnt, int[] held) = _folds[fold];
            if (!learnt.Any(i => _labelled[i].Mask.Any(label => label != LabelledPicture.Ignored)))
                continue;
            PixelExpert[] experts = Experts(features, learnt, own, count, [1, 1, 1], _options.Seed + FoldSeed + (ulong)fold);
            ParallelLoop.Run(
                held.Length,
                i =>
                {
                    int pixels = _labelled[held[i]].Mask.Length;
                    float[][] answers = [.. experts.Select(expert =>
                    {
                        float[] probabilities = new float[pixels * _classes];
                        expert.AddTo(features[held[i]], probabilities, new float[pixels]);
                        return probabilities;
                    })];
                    blend.Add(_labelled[held[i]].Mask, answers);
                },
                _options.Threads,
                _cancel);
        }

        return blend.Weights();
    }

    /// <summary>The classifiers that count: a forest on filters, a forest on everything, perceptrons on everything; or perceptrons
    /// alone.</summary>
    private PixelExpert[] Experts(PictureFeatures[] features, int[] pictures, int own, int count, float[] weights, ulong seed)
    {
        LabelledPixels Pixels(int columns)
        {
            var pixels = new LabelledPixels(columns, _classes);
            foreach (int picture in pictures)
                pixels.Add(features[picture], _labelled[picture].Mask, _options.LeastPixelsOfClass);
            return pixels;
        }

        var experts = new List<PixelExpert>();
        if (own > 0 && weights[0] > 0)
            experts.Add(
                new PixelExpert(PixelForest.Train(Pixels(own), _options.Forest!, seed, _cancel, _options.Threads), own, weights[0]));
        if (own > 0 && weights[1] > 0)
            experts.Add(
                new PixelExpert(PixelForest.Train(Pixels(count), _options.Forest!, seed, _cancel, _options.Threads), count, weights[1]));
        if (weights[^1] > 0)
        {
            MlpEnsemble perceptrons = MlpEnsemble.Train(Pixels(count), _options.Perceptrons, seed, _meter, _cancel,
                _options.Threads, _planned);
            experts.Add(new PixelExpert(perceptrons, count, weights[^1]));
        }

        return [.. experts];
    }
}
