namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>Uncertainty as grey values.</summary>
internal static class UncertaintyPicture
{
    /// <summary>White: classifiers that are sure, half of them of one class and half of another, differ so much.</summary>
    public static readonly float White = MathF.Log(2);

    /// <summary>Grey values, black for no disagreement.</summary>
    /// <param name="uncertainty">The uncertainty of each pixel.</param>
    /// <param name="white">The uncertainty that is white; larger ones are too.</param>
    public static byte[] Paint(float[] uncertainty, float white) =>
        [.. uncertainty.Select(value => (byte)MathF.Round(byte.MaxValue * Math.Clamp(value / white, 0, 1)))];
}
