namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>How a negative number is marked.</summary>
internal enum NegativeStyle
{
    /// <summary>Minus before everything: -$5.</summary>
    Leading,

    /// <summary>Minus between prefix and digits: $-5.</summary>
    Inner,

    /// <summary>Minus after the digits: 5-.</summary>
    Trailing,

    /// <summary>Parentheses around everything: ($5).</summary>
    Parentheses,
}
