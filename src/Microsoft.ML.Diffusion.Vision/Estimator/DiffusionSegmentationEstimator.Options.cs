using Microsoft.ML.Diffusion.Vision.Segmentation;

namespace Microsoft.ML.Diffusion;

public sealed partial class DiffusionSegmentationEstimator
{
    /// <summary>What a <see cref="DiffusionSegmentationEstimator"/> is trained with.</summary>
    public sealed class Options : DiffusionImageOptions
    {
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

        /// <summary>Whether columns are added that tell how sure a mask `X` is: `X.Uncertainty`, a number for each pixel from 0, which
        /// grows with the disagreement of the classifiers, and `X.ImageUncertainty`, the mean of its largest tenth. Default:
        /// true.</summary>
        public bool UncertaintyColumns { get; set; } = true;

        /// <summary>Whether the column `X.Probability` is added: height x width x classes numbers. Default: false.</summary>
        public bool ProbabilityColumn { get; set; }

        /// <summary>The number of classes that the options name; null where they name none.</summary>
        internal int? NamedClasses => ClassNames?.Length ?? ClassCount;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
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
        }

        internal override DiffusionImageOptions Copy()
        {
            var copy = (Options)base.Copy();
            copy.ClassNames = ClassNames?.ToArray();
            return copy;
        }

        /// <summary>The settings of the method.</summary>
        internal SegmentationOptions MethodSettings =>
            Method == SegmentationMethod.DdpmSeg ? SegmentationOptions.DdpmSeg() : new SegmentationOptions();
    }
}
