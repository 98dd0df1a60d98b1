namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>How fresh keys look.</summary>
public enum KeyKind
{
    /// <summary>A prefix and a number that goes on where the column ends: C-00123, C-00124.</summary>
    Sequence,

    /// <summary>Random digits and letters where the column has them.</summary>
    Pattern,

    /// <summary>Random GUIDs (RFC 9562, version 4).</summary>
    Uuid,

    /// <summary>Invented e-mail addresses at example.com, example.net and example.org, which nobody can own (RFC 2606).</summary>
    Email,

    /// <summary>Invented words with the lengths that the column has.</summary>
    Name,
}
