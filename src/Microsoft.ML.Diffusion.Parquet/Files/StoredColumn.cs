namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>A column of a Parquet or Arrow file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What its values are.</param>
/// <param name="IsNullable">Whether a value may be missing.</param>
internal sealed record StoredColumn(string Name, StoredType Type, bool IsNullable = true);
