using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Annotations that are vectors of text: slot names, and the values behind a key.</summary>
internal static class TextAnnotation
{
    /// <summary>The texts of an annotation; null where the column has none of that kind.</summary>
    public static string[]? Of(DataViewSchema.Column? column, string kind)
    {
        if (column?.Annotations.Schema.GetColumnOrNull(kind)?.Type is not VectorDataViewType { ItemType: TextDataViewType })
            return null;
        VBuffer<ReadOnlyMemory<char>> texts = default;
        column.Value.Annotations.GetValue(kind, ref texts);
        return [.. texts.DenseValues().Select(text => text.ToString())];
    }
}
