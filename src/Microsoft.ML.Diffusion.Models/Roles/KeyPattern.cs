namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>How new keys of a column are made; found by <see cref="ColumnProfiler"/>, used by <see cref="KeyMaker"/>.</summary>
public sealed partial record KeyPattern
{
    /// <summary>What the keys look like.</summary>
    public required KeyKind Kind { get; init; }

    /// <summary>What stands before the number of a sequence.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>What stands behind the number of a sequence, such as .0.</summary>
    public string Suffix { get; init; } = string.Empty;

    /// <summary>Least number of digits of a sequence.</summary>
    public int Width { get; init; } = 1;

    /// <summary>The largest number that the column has; a sequence goes on behind it.</summary>
    public long Last { get; init; }

    /// <summary>The positions of a pattern.</summary>
    public IReadOnlyList<KeyCharacter> Mask { get; init; } = [];

    /// <summary>Whether letters of a GUID are large.</summary>
    public bool IsUpper { get; init; }

    /// <summary>Observed values whose shape (numbers of words, lengths, capitals) invented names and addresses take.</summary>
    internal IReadOnlyList<string> Shapes { get; init; } = [];
}
