namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>One or two cells to change and what they become.</summary>
/// <param name="Column">The first cell's column.</param>
/// <param name="Value">What it becomes.</param>
/// <param name="Cost">How large the change is: deviations of the column, or about 1 for another category.</param>
/// <param name="OtherColumn">The second cell's column; -1 where one is changed.</param>
/// <param name="OtherValue">What that becomes.</param>
internal readonly record struct Change(int Column, double Value, double Cost, int OtherColumn = -1, double OtherValue = 0);
