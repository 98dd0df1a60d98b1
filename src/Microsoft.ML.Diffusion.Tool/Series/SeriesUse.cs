namespace Microsoft.ML.Diffusion.Tool.Series;

/// <summary>What the variables of series are looked for.</summary>
internal enum SeriesUse
{
    /// <summary>To hide or to judge numbers.</summary>
    Numbers,

    /// <summary>To fill them in this file.</summary>
    Any,

    /// <summary>To fill them in any file, by a model that is kept.</summary>
    AnyOfModel,
}
