using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>What was found out about a column of a view.</summary>
/// <param name="Entry">Its role, with the reason.</param>
/// <param name="IsTold">Whether a person gave the role.</param>
/// <param name="Profile">What its cells say; null where its type says all.</param>
/// <param name="Observed">The keys that it has; null where it has none.</param>
internal sealed record ColumnFacts(ColumnEntry Entry, bool IsTold, ColumnProfile? Profile = null, KeyFilter? Observed = null)
{
    /// <summary>The largest whole number that the column has, 0 or more; at most that of an Int64.</summary>
    public long Largest { get; init; }

    /// <summary>Whether a whole number is beyond 2^53, so that the cells of a table would not hold it.</summary>
    public bool HasHuge { get; init; }

    /// <summary>The role.</summary>
    public ColumnRole Role => Entry.Role;
}
