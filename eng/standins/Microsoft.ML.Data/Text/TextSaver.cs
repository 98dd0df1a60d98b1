using System.Globalization;

namespace Microsoft.ML.Data;

// Writes a view as delimited text that a text loader reads back.
internal sealed class TextSaver(IDataView data, char separator, bool keepHidden)
{
    private readonly DataViewSchema.Column[] _columns = [.. data.Schema.Where(column => keepHidden || !column.IsHidden)];

    public void Save(TextWriter writer, bool header, bool schema)
    {
        foreach (DataViewSchema.Column column in _columns)
        {
            if (column.Type is VectorDataViewType { IsKnownSize: false })
                throw new InvalidOperationException($"Column '{column.Name}' has vectors of any length, which lines of fields cannot hold.");
        }
        if (schema)
            WriteSchema(writer, header);
        if (header)
            writer.WriteLine(string.Join(separator, _columns.SelectMany(HeaderOf).Select(Quote)));
        using DataViewRowCursor cursor = data.GetRowCursor(_columns);
        Func<string>[] fields = Array.ConvertAll(_columns, column => FieldOf(cursor, column));
        while (cursor.MoveNext())
            writer.WriteLine(string.Join(separator, fields.Select(field => field())));
    }

    // The schema as a comment, for a reader to look at.
    private void WriteSchema(TextWriter writer, bool header)
    {
        writer.WriteLine("#@ TextLoader{");
        writer.WriteLine($"#@   header{(header ? '+' : '-')}");
        writer.WriteLine($"#@   sep={(separator == '\t' ? "tab" : separator)}");
        int field = 0;
        foreach (DataViewSchema.Column column in _columns)
        {
            int last = field + ((column.Type as VectorDataViewType)?.Size ?? 1) - 1;
            writer.WriteLine($"#@   col={column.Name}:{column.Type.ItemType()}:{(last == field ? field : $"{field}-{last}")}");
            field = last + 1;
        }
        writer.WriteLine("#@ }");
    }

    private static IEnumerable<string> HeaderOf(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
            return [column.Name];
        if (!column.HasSlotNames())
            return Enumerable.Repeat("", vector.Size);
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return names.DenseValues().Select(name => name.ToString());
    }

    private Func<string> FieldOf(DataViewRow row, DataViewSchema.Column column)
        => Getters.Invoke<Func<string>>(
            (Func<DataViewRow, DataViewSchema.Column, Func<string>>)(column.Type is VectorDataViewType ? Vector<int> : Scalar<int>),
            column.Type.ItemType().RawType, row, column);

    private Func<string> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        bool isKey = column.Type is KeyDataViewType;
        return () =>
        {
            T value = default;
            getter(ref value);
            return Format(value, isKey);
        };
    }

    private Func<string> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        bool isKey = column.Type.ItemType() is KeyDataViewType;
        VBuffer<T> buffer = default;
        return () =>
        {
            getter(ref buffer);
            return string.Join(separator, buffer.DenseValues().Select(value => Format(value, isKey)));
        };
    }

    private string Format(object value, bool isKey) => value switch
    {
        bool truth => truth ? "1" : "0",
        float.NaN or double.NaN => "?",
        ReadOnlyMemory<char> text => Quote(text.ToString()),
        _ when isKey => Convert.ToUInt64(value, CultureInfo.InvariantCulture) is > 0 and ulong key ? (key - 1).ToString(CultureInfo.InvariantCulture) : "",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private string Quote(string text)
    {
        bool plain = text.Length > 0 && text[0] != ' ' && text[^1] != ' ' && text.AsSpan().IndexOfAny([separator, '"', '\n', '\r']) < 0;
        return plain ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
