using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>What the user said about the columns.</summary>
/// <param name="Missing">What stands for a missing value.</param>
/// <param name="Categorical">Columns of categories, whatever their cells look like.</param>
/// <param name="Numeric">Columns of numbers, where a cell that is none is an error.</param>
/// <param name="LeaveOutIdentifiers">Whether keys, names and free text are left out.</param>
/// <param name="Roles">What the columns are, as far as the user says; null for nothing.</param>
/// <param name="MergeVariants">Whether categories that differ in case or blanks alone are one.</param>
internal sealed record SchemaOptions(
    MissingMarks Missing,
    IReadOnlyCollection<string> Categorical,
    IReadOnlyCollection<string> Numeric,
    bool LeaveOutIdentifiers = true,
    ColumnRoles? Roles = null,
    bool MergeVariants = false)
{
    /// <summary>Whether categories of a column that differ in case or blanks alone are one.</summary>
    public bool Merges(string column) => MergeVariants || Roles?.Find(column)?.MergeVariants == true;
}
