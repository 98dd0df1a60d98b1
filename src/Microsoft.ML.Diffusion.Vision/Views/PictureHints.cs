namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>What options say of pictures; null where they say nothing.</summary>
/// <param name="Height">Lines.</param>
/// <param name="Width">Pixels of a line.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="IsInterleaved">Whether the channels of a pixel lie side by side.</param>
/// <param name="White">The number of a fully bright channel.</param>
internal sealed record PictureHints(int? Height, int? Width, int? Channels, bool? IsInterleaved, float? White);
