namespace Microsoft.ML.Diffusion.Vision.Features;

/// <summary>Some features of a picture in a size of their own, which is the picture's or smaller.</summary>
/// <param name="Values">[height times width, channels]; where pixels are repeated, each is there once.</param>
/// <param name="Height">Lines.</param>
/// <param name="Width">Pixels of a line.</param>
/// <param name="Channels">Features of a pixel.</param>
/// <param name="Repeats">How many times each pixel stands in its line, and each line in the layer: 2 for what a network has doubled and not
/// looked at since.</param>
internal sealed record FeatureLayer(float[] Values, int Height, int Width, int Channels, int Repeats = 1)
{
    /// <summary>Lines that are there.</summary>
    public int OwnHeight => Height / Repeats;

    /// <summary>Pixels of a line that are there.</summary>
    public int OwnWidth => Width / Repeats;

    /// <summary>Whether features lie where those of another layer do, pixel for pixel.</summary>
    public bool HasShapeOf(FeatureLayer other) =>
        (Height, Width, Channels, Repeats) == (other.Height, other.Width, other.Channels, other.Repeats);
}
