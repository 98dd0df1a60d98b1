using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>What can be told of a column before and after there is a view.</summary>
/// <param name="Name">The column.</param>
/// <param name="IsVector">Whether its values are vectors, of a known size or not.</param>
/// <param name="HasKnownSize">Whether it is no vector, or all its vectors are as long.</param>
/// <param name="Item">The type of the values or their items.</param>
/// <param name="IsKey">Whether these are keys.</param>
/// <param name="Described">The type in a sentence.</param>
internal sealed record ColumnShape(string Name, bool IsVector, bool HasKnownSize, Type Item, bool IsKey, string Described)
{
    /// <summary>Whether a value is a number that can be missing.</summary>
    public bool IsReal => !IsKey && (Item == typeof(float) || Item == typeof(double));

    /// <summary>Whether a value is a category that can be missing.</summary>
    public bool IsCategory => !IsVector && (IsKey || Item == typeof(ReadOnlyMemory<char>));

    /// <summary>Whether a value is a number or a truth value.</summary>
    public bool IsNumber => !IsKey && (ScalarReader.IsNumber(Item) || Item == typeof(bool));

    /// <summary>Whether a value is a time.</summary>
    public bool IsTime => !IsKey && (ScalarReader.IsNumber(Item) || Item == typeof(DateTime) || Item == typeof(DateTimeOffset));

    /// <summary>Whether a value can name a series.</summary>
    public bool IsGroup => !IsVector && (IsKey || ScalarReader.IsNumber(Item) || Item == typeof(ReadOnlyMemory<char>));

    /// <summary>The shape of a column of a view.</summary>
    public static ColumnShape Of(DataViewSchema.Column column)
    {
        DataViewType item = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        bool isKnown = column.Type is not VectorDataViewType { IsKnownSize: false };
        bool isVector = column.Type is VectorDataViewType;
        return new ColumnShape(column.Name, isVector, isKnown, item.RawType, item is KeyDataViewType, ColumnTypes.Describe(column.Type));
    }

    /// <summary>The shape of a column that is promised.</summary>
    public static ColumnShape Of(SchemaShape.Column column) => new(
        column.Name,
        column.Kind != SchemaShape.Column.VectorKind.Scalar,
        column.Kind != SchemaShape.Column.VectorKind.VariableVector,
        column.ItemType.RawType,
        column.IsKey,
        ColumnTypes.Describe(column));
}
