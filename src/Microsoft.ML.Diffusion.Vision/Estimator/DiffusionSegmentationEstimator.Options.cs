using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Segmentation;
using Microsoft.ML.Diffusion.Vision.Views;

namespace Microsoft.ML.Diffusion;

public sealed partial class DiffusionSegmentationEstimator
{
    /// <summary>What a <see cref="DiffusionSegmentationEstimator"/> is trained with.</summary>
    public sealed class Options
    {
        /// <summary>The largest side of a picture that the denoising network sees at once; larger pictures are cut into tiles.</summary>
        private const int MostTileSize = 512;

        /// <summary>How the class of a pixel is learned. Default: the blend.</summary>
        public SegmentationMethod Method { get; set; }

        /// <summary>The names of the classes, from class 0. Default: null, the names behind the keys of the mask column, or "0", "1" and
        /// so on.</summary>
        public string[]? ClassNames { get; set; }

        /// <summary>The number of classes, 2 to 255. Default: null, as many as there are <see cref="ClassNames"/> or keys, or one more than
        /// the largest label.</summary>
        public int? ClassCount { get; set; }

        /// <summary>The label of pixels whose class is not known, 0 to 255. Default: 255. A key of 0 and a NaN say the same.</summary>
        public int IgnoreLabel { get; set; } = byte.MaxValue;

        /// <summary>Lines of the pictures. Default: null, as the type of the column or the first image says.</summary>
        public int? Height { get; set; }

        /// <summary>Pixels of a line. Default: null, as the type of the column or the first image says.</summary>
        public int? Width { get; set; }

        /// <summary>Channels of the pictures: 1 (grey) or 3 (red, green, blue). Default: null, as the type of the column says, and 3 for an
        /// MLImage.</summary>
        public int? Channels { get; set; }

        /// <summary>Whether the channels of a pixel lie side by side in a vector. Default: null, as the dimensions of the column say, and
        /// where they say nothing one whole channel follows another, as ExtractPixels writes them.</summary>
        public bool? InterleavedChannels { get; set; }

        /// <summary>The number of a fully bright channel in vectors of Single, above 0. Default: null, 1 where no number of the training
        /// rows is above 1, and else 255.</summary>
        public float? WhiteLevel { get; set; }

        /// <summary>Lines and pixels of a line that the denoising network sees at once, 16 to 512 and a multiple of 8. Larger pictures are
        /// cut into overlapping tiles. Default: null, 64, or less for smaller pictures.</summary>
        public int? TileSize { get; set; }

        /// <summary>How many pictures the denoising network is shown in its training, each time with another noise; 1 or more. Default:
        /// 100,000.</summary>
        public int TrainingPasses { get; set; } = new PictureDiffusionSettings().Passes;

        /// <summary>The time that the training of the denoising network may take, above 0; the classifiers come after it. Default: null, as
        /// long as it takes.</summary>
        public TimeSpan? MaxTrainingTime { get; set; }

        /// <summary>Whether columns are added that tell how sure a mask `X` is: `X.Uncertainty`, a number for each pixel from 0, which
        /// grows with the disagreement of the classifiers, and `X.ImageUncertainty`, the mean of its largest tenth. Default:
        /// true.</summary>
        public bool UncertaintyColumns { get; set; } = true;

        /// <summary>Whether the column `X.Probability` is added: height x width x classes numbers. Default: false.</summary>
        public bool ProbabilityColumn { get; set; }

        /// <summary>Seed of the training. Null: the seed of the MLContext, and where that has none a new one each time.</summary>
        public int? Seed { get; set; }

        /// <summary>Told how far the training has come, on one of its threads. Default: nobody.</summary>
        public IProgress<TrainingProgress>? Progress { get; set; }

        /// <summary>Stops the training. Default: never.</summary>
        public CancellationToken CancellationToken { get; set; }

        /// <summary>Settings of the training beside those of users; null for those of <see cref="Method"/>.</summary>
        internal SegmentationOptions? Details { get; set; }

        /// <summary>What is known of the pictures before a column is looked at.</summary>
        internal PictureHints Hints => new(Height, Width, Channels, InterleavedChannels, WhiteLevel);

        /// <summary>The number of classes that the options name; null where they name none.</summary>
        internal int? NamedClasses => ClassNames?.Length ?? ClassCount;

        /// <summary>Refuses impossible values and contradictions, as the estimator's constructor does.</summary>
        /// <exception cref="ArgumentException">There is one; the message is one sentence.</exception>
        public void Validate()
        {
            Refuse(!Enum.IsDefined(Method), nameof(Method), $"Method is {Method}; it must be Blend or DdpmSeg.");
            Refuse(NamedClasses is < 2 or > byte.MaxValue, nameof(ClassCount),
                $"There are {NamedClasses} classes; there must be 2 to {byte.MaxValue}.");
            Refuse(ClassNames?.Any(string.IsNullOrEmpty) == true, nameof(ClassNames),
                "A name in ClassNames is empty; each class needs a name.");
            Refuse(ClassNames?.Distinct(StringComparer.Ordinal).Count() < ClassNames?.Length, nameof(ClassNames),
                "ClassNames has a name twice.");
            Refuse(ClassNames is not null && ClassCount is { } count && count != ClassNames.Length, nameof(ClassCount),
                $"ClassCount is {ClassCount}, and there are {ClassNames?.Length} ClassNames; leave one of them out.");
            Refuse(IgnoreLabel is < 0 or > byte.MaxValue, nameof(IgnoreLabel), $"IgnoreLabel is {IgnoreLabel}; it must be 0 to 255.");
            Refuse(Height < 1, nameof(Height), $"Height is {Height}; it must be 1 or more.");
            Refuse(Width < 1, nameof(Width), $"Width is {Width}; it must be 1 or more.");
            Refuse(Channels is not (null or 1 or 3), nameof(Channels), $"Channels is {Channels}; it must be 1 or 3.");
            Refuse(WhiteLevel is { } white && !(white > 0 && float.IsFinite(white)), nameof(WhiteLevel),
                $"WhiteLevel is {WhiteLevel}; it must be above 0.");
            Refuse(TileSize is { } size && (size is < PictureTiles.LeastSize or > MostTileSize || size % PictureTiles.SizeStep != 0),
                nameof(TileSize),
                $"TileSize is {TileSize}; it must be {PictureTiles.LeastSize} to {MostTileSize} and a multiple of " +
                $"{PictureTiles.SizeStep}.");
            Refuse(TrainingPasses < 1, nameof(TrainingPasses), $"TrainingPasses is {TrainingPasses}; it must be 1 or more.");
            Refuse(MaxTrainingTime <= TimeSpan.Zero, nameof(MaxTrainingTime), $"MaxTrainingTime is {MaxTrainingTime}; it must be above 0.");
        }

        internal Options Copy()
        {
            var copy = (Options)MemberwiseClone();
            copy.ClassNames = ClassNames is null ? null : [.. ClassNames];
            return copy;
        }

        /// <summary>The settings of the training.</summary>
        internal SegmentationOptions Settings(ulong seed)
        {
            SegmentationOptions settings =
                Details ?? (Method == SegmentationMethod.DdpmSeg ? SegmentationOptions.DdpmSeg() : new SegmentationOptions());
            return settings with
            {
                Seed = seed,
                MaxTrainingTime = MaxTrainingTime,
                Diffusion = settings.Diffusion with { Passes = TrainingPasses },
            };
        }

        private static void Refuse(bool condition, string option, string sentence)
        {
            if (condition)
                throw new ArgumentException(sentence, option);
        }
    }
}
