namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>What was found out about a column: its role with the reason, its statistics, and what a person should know.</summary>
public sealed record ColumnProfile
{
    /// <summary>Role and spelling; goes into <see cref="ColumnRoles"/>.</summary>
    public required ColumnEntry Entry { get; init; }

    /// <summary>Counts, range, marks, variants.</summary>
    public required ColumnStatistics Statistics { get; init; }

    /// <summary>How new keys are made, for keys and other identifying columns; null for other roles.</summary>
    public KeyPattern? Key { get; init; }

    /// <summary>One sentence each: cells that do not fit, formats that cannot be told apart, marks to give.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Name of the column.</summary>
    public string Name => Entry.Name;

    /// <summary>Role of the column.</summary>
    public ColumnRole Role => Entry.Role;

    /// <summary>Why it has this role, in one sentence.</summary>
    public string Reason => Entry.Reason ?? string.Empty;

    /// <summary>A codec that knows the values of a categorical column too.</summary>
    public RoleCodec CreateCodec() => RoleCodec.Create(
        Role.IsCategorical() && Entry.Values == null ? Entry with { Values = [.. Statistics.Values.Select(v => v.Value)] } : Entry);
}
