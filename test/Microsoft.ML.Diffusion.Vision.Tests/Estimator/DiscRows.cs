using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Classifiers;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Network;
using Microsoft.ML.Diffusion.Vision.Segmentation;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Diffusion.Vision.Tests.Estimator;

/// <summary>A bright disc on noise, in several forms.</summary>
public sealed class DiscRow
{
    public const int Size = 16;

    public string Name { get; set; } = "";

    [VectorType(Size, Size, 3)]
    public byte[] Image { get; set; } = [];

    [VectorType(Size * Size)]
    public float[] Grey { get; set; } = [];

    [ImageType(Size, Size)]
    public MLImage? Photo { get; set; }

    /// <summary>Empty where nobody drew one.</summary>
    public byte[] Mask { get; set; } = [];
}

/// <summary>What is predicted for it.</summary>
public sealed class DiscAnswer
{
    public string Name { get; set; } = "";

    [VectorType(DiscRow.Size, DiscRow.Size)]
    public uint[] PredictedMask { get; set; } = [];

    [VectorType(DiscRow.Size, DiscRow.Size)]
    [ColumnName("PredictedMask.Uncertainty")]
    public float[] Uncertainty { get; set; } = [];

    [ColumnName("PredictedMask.ImageUncertainty")]
    public float ImageUncertainty { get; set; }

    /// <summary>All of it as text, exact to the bit.</summary>
    public override string ToString() =>
        $"{Name} {string.Join(' ', PredictedMask)} " +
        string.Join(' ', Uncertainty.Append(ImageUncertainty).Select(BitConverter.SingleToInt32Bits));
}

/// <summary>Simulated rows and a training of seconds.</summary>
internal static class DiscRows
{
    private static readonly SegmentationOptions s_details = new()
    {
        Network = new UNetSettings
        {
            Size = DiscRow.Size, Base = 8, Multipliers = [1, 2], AttentionSizes = [4], HeadChannels = 8, Groups = 2,
        },
        Diffusion = new PictureDiffusionSettings { BatchSize = 8, LearningRate = 2e-3 },
        Perceptrons = new MlpEnsembleSettings { Members = 2, Epochs = 4, Standardizes = true, AveragesProbabilities = true },
        Forest = new PixelForestSettings { Trees = 8 },
        Folds = 2,
    };

    /// <summary>Options of a training of seconds.</summary>
    /// <param name="channels">Channels of the pictures.</param>
    public static DiffusionSegmentationEstimator.Options Quick(int channels = 3) => new()
    {
        TrainingPasses = 80,
        Seed = 3,
        Details = s_details with { Network = s_details.Network! with { Channels = channels, Outputs = channels } },
    };

    /// <summary>Makes rows.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Where they come from.</param>
    /// <param name="labelled">How many, from the first, have a mask.</param>
    public static List<DiscRow> Make(int count, ulong seed, int labelled) => [.. Enumerable.Range(0, count).Select(i =>
    {
        Philox random = new Philox(seed).Fork((ulong)i);
        float[] noise = new float[DiscRow.Size * DiscRow.Size];
        random.Fork(1).FillNormal(noise);
        (int line, int column, int radius) = (4 + random.Below(0, 8), 4 + random.Below(1, 8), 3 + random.Below(2, 3));
        byte[] mask = [.. Enumerable.Range(0, noise.Length).Select(pixel =>
        {
            int distance = Squared((pixel / DiscRow.Size) - line) + Squared((pixel % DiscRow.Size) - column);
            return (byte)(distance <= Squared(radius) ? 1 : 0);
        })];
        byte[] grey = [.. mask.Select((label, p) => (byte)(255 * Math.Clamp(0.3f + (0.4f * label) + (0.1f * noise[p]), 0, 1)))];
        return new DiscRow
        {
            Name = $"disc {i}",
            Image = [.. grey.SelectMany(value => new[] { value, value, (byte)(value / 2) })],
            Grey = [.. grey.Select(value => value / 255f)],
            Photo = MLImage.CreateFromPixels(
                DiscRow.Size, DiscRow.Size, MLPixelFormat.Bgra32,
                grey.SelectMany(value => new[] { (byte)(value / 2), value, value, byte.MaxValue }).ToArray()),
            Mask = i < labelled ? mask : i % 2 == 0 ? [] : [.. mask.Select(_ => byte.MaxValue)],
        };
    })];

    private static int Squared(int value) => value * value;
}
