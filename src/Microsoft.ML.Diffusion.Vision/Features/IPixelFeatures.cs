using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Features;

/// <summary>Numbers that tell what is at a pixel and around it. Safe to use from many threads at once.</summary>
internal interface IPixelFeatures
{
    /// <summary>Numbers of a pixel.</summary>
    int Count { get; }

    /// <summary>Computes the numbers of every pixel of a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="threads">How many threads at most; null for as many as there are processors.</param>
    /// <returns>One layer or several, which have <see cref="Count"/> channels together.</returns>
    IReadOnlyList<FeatureLayer> Layers(Picture picture, int? threads = null);

    /// <summary>Writes what a loader needs.</summary>
    void Save(BinaryWriter writer);
}
