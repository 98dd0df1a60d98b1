namespace Microsoft.ML.Diffusion.Vision.Features;

/// <summary>Some features of a picture in a size of their own, which is the picture's or smaller.</summary>
/// <param name="Values">[height times width, channels].</param>
/// <param name="Height">Lines.</param>
/// <param name="Width">Pixels of a line.</param>
/// <param name="Channels">Features of a pixel.</param>
internal sealed record FeatureLayer(float[] Values, int Height, int Width, int Channels);
