namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>A column as a file has it, before it is known whether a table can.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What its values are; null where a cell of a table cannot hold them.</param>
/// <param name="IsNullable">Whether a value may be missing.</param>
/// <param name="What">What it holds, for messages.</param>
internal sealed record StoredField(string Name, StoredType? Type, bool IsNullable, string What);
