namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>A cell of a held-back window whose value a network was not told.</summary>
/// <param name="Window">Which window.</param>
/// <param name="Logit">The network's logit that it is 1, if it were observed.</param>
/// <param name="IsMissing">Whether it is missing in the data; otherwise it was hidden on purpose.</param>
/// <param name="IsOne">Whether it is 1, where it was observed.</param>
/// <param name="Pixel">The logit of how often its pixel is missing in all series.</param>
/// <param name="Picture">The same of the other pixels of its picture.</param>
/// <param name="Neighbors">The same of the pixels around it.</param>
/// <param name="Steps">The same of its pixel one step before and after.</param>
internal readonly record struct HiddenCellRecord(
    int Window, float Logit, bool IsMissing, bool IsOne, float Pixel, float Picture, float Neighbors, float Steps);
