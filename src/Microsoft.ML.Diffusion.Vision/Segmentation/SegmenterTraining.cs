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
    private const ulong FoldSeed = 1000, OthersStream = 1 << 20;

    // Of so many pictures without a mask it shows whether they are like those with one.
    private const int MostOthers = 40;

    private readonly IReadOnlyList<Picture> _unlabelled;
    private readonly IReadOnlyList<LabelledPicture> _labelled;
    private readonly int _classes;
    private readonly SegmentationOptions _options;
    private readonly ProgressMeter _meter;
    private readonly HeldBackPictures[] _folds;
    private readonly int _planned;
    private readonly CancellationToken _cancel;

    // Pictures are looked at side by side: where threads are limited, each has one.
    private readonly int? _threadsOfPicture;

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
        _threadsOfPicture = options.Threads is null ? null : 1;
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
            features.Length, i => features[i] = PixelSegmenter.FeaturesOf(_labelled[i].Picture, filters, diffusion, _threadsOfPicture),
            _options.Threads, _cancel);
        int[] all = [.. Enumerable.Range(0, _labelled.Count)];
        if (filters is null)
            return new PixelSegmenter(filters, diffusion, Experts(features, all, 0, diffusion.Count, [1], _options.Seed), _classes);
        int own = filters.Count, count = own + diffusion.Count;
        ExpertBlend? blend = _folds.Length == 0 ? null : HoldBack(features, own, count);
        float[] weights = blend?.Weights() ?? [1, 0, 0];
        PixelExpert[] experts = Experts(features, all, own, count, weights, _options.Seed);
        List<PixelExpert> trained = [.. experts];
        if (weights[^1] > 0 && AreUnlikeOthers(blend!.Disagreement(), trained, filters, diffusion, features, all))
        {
            _meter.Say("The pictures without masks show what those with masks do not: forests alone tell the classes.");
            weights = blend.Weights(withLast: false);
            experts = Experts(features, all, own, count, weights, _options.Seed, trained);
        }

        return new PixelSegmenter(filters, diffusion, experts, _classes);
    }

    /// <summary>Whether the pictures without masks show what those with masks do not, so that perceptrons cannot be trusted with
    /// them.</summary>
    /// <param name="disagreement">What is known of held-back pictures.</param>
    /// <param name="trained">The classifiers, perceptrons last; a forest on filters is added in front where there is none.</param>
    /// <param name="filters">The filters.</param>
    /// <param name="diffusion">The denoising network.</param>
    /// <param name="features">Of the labelled pictures.</param>
    /// <param name="all">The labelled pictures, by their numbers.</param>
    private bool AreUnlikeOthers(
        ExpertDisagreement disagreement, List<PixelExpert> trained, FilterFeatures filters, DiffusionFeatures diffusion,
        PictureFeatures[] features, int[] all)
    {
        PixelExpert perceptrons = trained[^1];
        if (trained[0].Features != filters.Count)
            trained.InsertRange(0, Experts(features, all, filters.Count, perceptrons.Features, [1, 0, 0], _options.Seed));
        PixelExpert forest = trained[0];
        int[] order = new int[_unlabelled.Count];
        new Philox(_options.Seed, OthersStream).Permutation(order);
        int[] some = order[..Math.Min(MostOthers, order.Length)];
        ParallelLoop.Run(
            some.Length,
            i =>
            {
                PictureFeatures own = PixelSegmenter.FeaturesOf(_unlabelled[some[i]], filters, diffusion, _threadsOfPicture);
                disagreement.Add(
                    forest.Answer(own, _threadsOfPicture).Probabilities, perceptrons.Answer(own, _threadsOfPicture).Probabilities,
                    _classes, isHeldBack: false);
            },
            _options.Threads,
            _cancel);
        return disagreement.IsLargerWithoutMasks;
    }

    private DiffusionFeatures TrainDiffusion() => DenoiserTraining.Run(
        [.. _unlabelled, .. _labelled.Select(picture => picture.Picture)], _options, _meter, _cancel);

    /// <summary>What the classifiers say of pictures that are held back in turn.</summary>
    private ExpertBlend HoldBack(PictureFeatures[] features, int own, int count)
    {
        var blend = new ExpertBlend(_classes);
        for (int fold = 0; fold < _folds.Length; fold++)
        {
            (int[] learnt, int[] held) = _folds[fold];
            if (!learnt.Any(i => _labelled[i].Mask.Any(label => label != LabelledPicture.Ignored)))
                continue;
            PixelExpert[] experts = Experts(features, learnt, own, count, [1, 1, 1], _options.Seed + FoldSeed + (ulong)fold);
            ParallelLoop.Run(
                held.Length,
                i => blend.Add(
                    _labelled[held[i]].Mask,
                    [.. experts.Select(expert => expert.Answer(features[held[i]], _threadsOfPicture).Probabilities)]),
                _options.Threads,
                _cancel);
        }

        return blend;
    }

    /// <summary>The classifiers that count: a forest on filters, a forest on everything, perceptrons on everything; or perceptrons
    /// alone. Forests that were trained on the same pictures before are taken as they are.</summary>
    private PixelExpert[] Experts(
        PictureFeatures[] features, int[] pictures, int own, int count, float[] weights, ulong seed,
        IReadOnlyList<PixelExpert>? trained = null)
    {
        var experts = new List<PixelExpert>();
        if (own > 0 && weights[0] > 0)
            experts.Add(Forest(own, weights[0]));
        if (own > 0 && weights[1] > 0)
            experts.Add(Forest(count, weights[1]));
        if (weights[^1] > 0)
        {
            MlpEnsemble perceptrons = MlpEnsemble.Train(Pixels(count), _options.Perceptrons, seed, _meter, _cancel,
                _options.Threads, _planned);
            experts.Add(new PixelExpert(perceptrons, count, weights[^1]));
        }

        return [.. experts];

        PixelExpert Forest(int columns, float weight) =>
            trained?.FirstOrDefault(one => one.Classifier is PixelForest && one.Features == columns) is { } known
                ? known with { Weight = weight }
                : new PixelExpert(PixelForest.Train(Pixels(columns), _options.Forest!, seed, _cancel, _options.Threads), columns, weight);

        LabelledPixels Pixels(int columns)
        {
            var pixels = new LabelledPixels(columns, _classes);
            foreach (int picture in pictures)
                pixels.Add(features[picture], _labelled[picture].Mask, _options.LeastPixelsOfClass);
            return pixels;
        }
    }
}
