namespace Microsoft.ML.Diffusion.Vision.Pictures;

/// <summary>A picture with the class of some or all of its pixels.</summary>
internal sealed class LabelledPicture
{
    /// <summary>The mark of a pixel whose class is not known.</summary>
    public const byte Ignored = byte.MaxValue;

    /// <summary>Puts picture and mask together.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="mask">The class of each pixel, line after line; <see cref="Ignored"/> where it is not known.</param>
    /// <param name="source">The number of the picture that it is a part of; null where it is a whole one.</param>
    /// <exception cref="ArgumentException">The mask is of another size.</exception>
    public LabelledPicture(Picture picture, byte[] mask, int? source = null)
    {
        if (mask.Length != picture.Count)
            throw new ArgumentException($"The mask has {mask.Length} pixels, and the picture {picture.Count}.", nameof(mask));
        (Picture, Mask, Source) = (picture, mask, source);
    }

    /// <summary>The picture.</summary>
    public Picture Picture { get; }

    /// <summary>The class of each pixel, line after line; <see cref="Ignored"/> where it is not known.</summary>
    public byte[] Mask { get; }

    /// <summary>The number of the picture that it is a part of; null where it is a whole one.</summary>
    public int? Source { get; }
}
