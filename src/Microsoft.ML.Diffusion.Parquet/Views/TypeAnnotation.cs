using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Parquet.Files;

namespace Microsoft.ML.Diffusion.Parquet.Views;

/// <summary>The type that a column had in its file, beside the column of a view. Estimators of this library hand it on, so that filled
/// columns are written as they were read.</summary>
internal static class TypeAnnotation
{
    private const string Kind = "StoredType";

    /// <summary>The annotation of a type.</summary>
    public static DataViewSchema.Annotations Of(StoredType type)
    {
        ReadOnlyMemory<char> text = type.ToString().AsMemory();
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(Kind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = text);
        return annotations.ToAnnotations();
    }

    /// <summary>The type that a column had in its file; null where it comes from none.</summary>
    public static StoredType? Find(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(Kind) is not { Type: TextDataViewType })
            return null;
        ReadOnlyMemory<char> text = default;
        column.Annotations.GetValue(Kind, ref text);
        return StoredType.Parse(text.ToString());
    }
}
