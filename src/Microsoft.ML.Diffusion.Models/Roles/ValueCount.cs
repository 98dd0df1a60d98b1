namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>A value and the number of rows that have it.</summary>
/// <param name="Value">As the column writes it.</param>
/// <param name="Count">Number of rows.</param>
public readonly record struct ValueCount(string Value, long Count);
