namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>A role, why, and all that a codec needs.</summary>
internal sealed record RoleDecision(ColumnRole Role, string Reason)
{
    public string? Format { get; init; }
    public double Step { get; init; }
    public double Offset { get; init; }
    public double Min { get; init; } = double.NaN;
    public double Max { get; init; } = double.NaN;
    public DateHabit Habit { get; init; }
    public IReadOnlyList<string>? Values { get; init; }
    public KeyPattern? Key { get; init; }

    /// <summary>Words among the cells that are not of the kind of the others, hence marks.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
    public IReadOnlyList<string> Notes { get; init; } = [];
}
