using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Items behind their number in a model file that somebody may have changed: memory follows the bytes that are there.</summary>
internal static class FileItems
{
    /// <summary>The refusal of a model file.</summary>
    /// <param name="what">What is wrong, as the rest of a sentence.</param>
    public static InvalidDataException Damaged(string what) => new($"The model file is damaged: {what}.");

    /// <summary>Reads the number of items and then each.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="items">What they are, in a sentence.</param>
    /// <param name="read">Reads one; it takes a byte at least.</param>
    /// <exception cref="InvalidDataException">There are not as many bytes as items.</exception>
    public static T[] ReadItems<T>(this BinaryReader reader, string items, Func<BinaryReader, T> read) =>
        reader.ReadItems(reader.ReadInt32(), items, read);

    /// <summary>Reads as many items as a number says.</summary>
    /// <inheritdoc cref="ReadItems{T}(BinaryReader, string, Func{BinaryReader, T})"/>
    public static T[] ReadItems<T>(this BinaryReader reader, int count, string items, Func<BinaryReader, T> read)
    {
        if (count < 0 || count > BytesLeft(reader))
            throw Damaged($"it claims {count} {items}, more than there are bytes for");
        var all = new List<T>(Math.Min(count, 1024));
        for (int i = 0; i < count; i++)
            all.Add(read(reader));
        return [.. all];
    }

    /// <summary>Refuses columns that are not those of the model beside them.</summary>
    /// <param name="view">The columns of the view.</param>
    /// <param name="model">The model's.</param>
    /// <exception cref="InvalidDataException">They differ.</exception>
    public static void RequireSame(IEnumerable<ViewColumn> view, IReadOnlyList<TableColumn> model)
    {
        TableColumn[] columns = [.. view.SelectMany(column => column.TableColumns)];
        if (columns.Length != model.Count)
            throw Damaged($"the model has {model.Count} columns and the view {columns.Length}");
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i].Kind != model[i].Kind || columns[i].Categories.Count != model[i].Categories.Count)
                throw Damaged($"column {i + 1} is not the same in the model and in the view");
        }
    }

    /// <summary>How many bytes are left; as many as there can be where a stream cannot tell.</summary>
    public static long BytesLeft(BinaryReader reader) =>
        reader.BaseStream.CanSeek ? reader.BaseStream.Length - reader.BaseStream.Position : int.MaxValue;
}
