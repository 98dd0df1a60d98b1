namespace Microsoft.ML.Data;

// A column of a text file: its type, and the fields of a line that it is made of.
internal sealed class TextColumn
{
    public TextColumn(TextLoader.Column column, int width)
    {
        Name = column.Name;
        Fields = [.. column.Source.SelectMany(range => Enumerable.Range(range.Min, Math.Max((range.Max ?? width - 1) - range.Min + 1, 0)))];
        ItemType = column.KeyCount == null ? column.DataKind.ToType() : ColumnTypes.Key(column.DataKind.ToType().RawType, column.KeyCount.Count);
        IsVector = Fields.Length != 1 || column.Source.Any(range => range.ForceVector);
        Type = IsVector ? new VectorDataViewType(ItemType, Fields.Length) : ItemType;
    }

    public string Name { get; }
    public int[] Fields { get; }
    public PrimitiveDataViewType ItemType { get; }
    public DataViewType Type { get; }
    public bool IsVector { get; }

    // Those of a vector come from the header.
    public DataViewSchema.Annotations SlotNames(string[] header)
    {
        if (header == null || !IsVector || Fields.Length == 0)
            return null;
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddNames(AnnotationUtils.Kinds.SlotNames, [.. Fields.Select(field => field < header.Length ? header[field] : "")]);
        return builder.ToAnnotations();
    }
}

// What a loader has to know of a file before its schema is settled.
internal static class TextSample
{
    private const int Lines = 100;

    // The number of fields of a line; 0 where no column asks for it.
    public static int Width(TextLoader.Options options, TextLoader.Column[] columns, IMultiStreamSource sample)
    {
        if (columns.SelectMany(column => column.Source).All(range => range.Max != null))
            return 0;
        if (options.InputSize is int size)
            return size;
        if (sample == null || sample.Count == 0)
            throw new ArgumentException("A range without an end needs a file to count the fields of.", nameof(columns));
        using var lines = new TextLineReader(sample, options);
        var fields = new TextFields(options);
        int width = 0;
        for (int i = 0; i < Lines && lines.Read(fields); i++)
        {
            if (i > 0 && fields.Count != width)
                throw new ArgumentOutOfRangeException("Source", "The size of input lines is not consistent");
            width = fields.Count;
        }
        return width;
    }

    public static string[] Header(TextLoader.Options options, IMultiStreamSource sample)
    {
        if (!options.HasHeader || sample == null || sample.Count == 0)
            return null;
        using var lines = new TextLineReader(sample, options, skipHeader: false);
        var fields = new TextFields(options);
        return lines.Read(fields) ? [.. Enumerable.Range(0, fields.Count).Select(i => fields[i].ToString())] : null;
    }
}
