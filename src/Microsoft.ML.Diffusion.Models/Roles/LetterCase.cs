namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>How letters of a name are written.</summary>
internal enum LetterCase
{
    /// <summary>As the language writes the name.</summary>
    Usual,

    /// <summary>All letters large.</summary>
    Upper,

    /// <summary>All letters small.</summary>
    Lower,
}
