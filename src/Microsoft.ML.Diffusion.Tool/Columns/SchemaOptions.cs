namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>What the user said about the columns.</summary>
/// <param name="Missing">What stands for a missing value.</param>
/// <param name="Categorical">Columns of categories, whatever their cells look like.</param>
/// <param name="Numeric">Columns of numbers, where a cell that is none is an error.</param>
/// <param name="LeaveOutIdentifiers">Whether columns of texts that hardly ever come twice are left out.</param>
public sealed record SchemaOptions(
    MissingMarks Missing,
    IReadOnlyCollection<string> Categorical,
    IReadOnlyCollection<string> Numeric,
    bool LeaveOutIdentifiers = true);
