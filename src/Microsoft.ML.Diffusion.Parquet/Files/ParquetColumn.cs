namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>A column of a Parquet file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What its values are.</param>
/// <param name="IsNullable">Whether a value may be missing.</param>
internal sealed record ParquetColumn(string Name, ParquetType Type, bool IsNullable = true);
