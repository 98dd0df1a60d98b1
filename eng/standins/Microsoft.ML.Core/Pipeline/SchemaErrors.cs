namespace Microsoft.ML.Data;

// The two ways in which a column can be wrong, said in one way everywhere.
internal static class SchemaErrors
{
    public static ArgumentOutOfRangeException ColumnNotFound(string name, string role = "input", string parameter = "inputSchema")
        => new(parameter, $"Could not find {role} column '{name}'");

    public static ArgumentOutOfRangeException TypeMismatch(string name, string expected, string actual, string role = "input", string parameter = "inputSchema")
        => new(parameter, $"Schema mismatch for {role} column '{name}': expected {expected}, got {actual}");

    public static DataViewSchema.Column Find(this DataViewSchema schema, string name, string role = "input")
        => schema.GetColumnOrNull(name) ?? throw ColumnNotFound(name, role);

    public static SchemaShape.Column Find(this SchemaShape schema, string name, string role = "input")
        => schema.TryFindColumn(name, out SchemaShape.Column column) ? column : throw ColumnNotFound(name, role);
}
