namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>What a block does to the size of pictures.</summary>
internal enum PictureResize
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Half the height and width, by means.</summary>
    Halve,

    /// <summary>Twice the height and width, by repeated pixels.</summary>
    Double,
}
