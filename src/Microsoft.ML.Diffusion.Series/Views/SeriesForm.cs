namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>How series lie in a view.</summary>
internal enum SeriesForm : byte
{
    /// <summary>A row is one step; rows of the same group are a series.</summary>
    StepPerRow,

    /// <summary>A row is one series; its variables are vectors.</summary>
    SeriesPerRow,
}
