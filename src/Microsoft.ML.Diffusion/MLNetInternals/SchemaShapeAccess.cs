using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.MLNetInternals;

/// <summary>Making a promise about a column that is yet to come.</summary>
internal static class SchemaShapeAccess
{
    /// <summary>A column like <paramref name="like"/> with another name and other annotations.</summary>
    public static SchemaShape.Column Column(string name, SchemaShape.Column like, IEnumerable<SchemaShape.Column> annotations) =>
        new(name, like.Kind, like.ItemType, like.IsKey, new SchemaShape(annotations));

    /// <summary>A column of numbers.</summary>
    public static SchemaShape.Column Column(
        string name, SchemaShape.Column.VectorKind kind, DataViewType itemType, IEnumerable<SchemaShape.Column> annotations) =>
        new(name, kind, itemType, isKey: false, new SchemaShape(annotations));
}
