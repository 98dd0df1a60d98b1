namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>The mask of a row.</summary>
/// <param name="Height">Lines; 0 where nothing says how many.</param>
/// <param name="Width">Pixels of a line; 0 where nothing says how many.</param>
/// <param name="Labels">The class of each pixel, line after line.</param>
internal sealed record RawMask(int Height, int Width, byte[] Labels)
{
    /// <summary>The size in words.</summary>
    public string Size => Height > 0 ? $"{Height} x {Width} pixels" : $"{Labels.Length} pixels";

    /// <summary>Whether it may be the mask of a picture of a size.</summary>
    public bool Fits(int height, int width) =>
        Height > 0 ? Height == height && Width == width : Labels.Length == (long)height * width;
}
