namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>What the numbers of a file of weights are.</summary>
internal enum NumberType
{
    /// <summary>32 bits.</summary>
    Single,

    /// <summary>64 bits.</summary>
    Double,

    /// <summary>16 bits, of which 5 are the exponent.</summary>
    Half,

    /// <summary>16 bits, the upper half of a <see cref="Single"/>.</summary>
    BFloat16,

    /// <summary>Whole numbers of 64 bits.</summary>
    Int64,

    /// <summary>Whole numbers of 32 bits.</summary>
    Int32,

    /// <summary>Whole numbers of 8 bits.</summary>
    Byte,
}
