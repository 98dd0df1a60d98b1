namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>The numbers of a picture as they are in a row.</summary>
/// <param name="Height">Lines.</param>
/// <param name="Width">Pixels of a line.</param>
/// <param name="Values">Line after line, the channels of a pixel side by side; not scaled.</param>
internal sealed record RawPicture(int Height, int Width, float[] Values);
