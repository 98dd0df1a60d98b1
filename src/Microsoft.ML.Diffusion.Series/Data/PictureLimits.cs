namespace Microsoft.ML.Diffusion.Series.Data;

/// <summary>When variables are taken for the pixels of a picture, the same wherever it is asked.</summary>
internal static class PictureLimits
{
    /// <summary>Fewer variables are no picture unless somebody says so.</summary>
    public const int FewestVariables = 64;

    /// <summary>Among the cells of pictures of two values so large a share may have another value, by a slip.</summary>
    public const double MostOthers = 0.001;
}
