namespace Microsoft.ML.Data;

// The value of one column in the line at hand.
internal interface ITextCell
{
    void Parse(TextFields fields, int line, ParseLog log);
    Delegate CreateGetter();
}

internal sealed class TextCell<T>(TextColumn column, TextLoader.Options options) : ITextCell
{
    // Types whose bad values are read as missing; of any other a bad value ends the reading.
    private readonly bool _hasMissing = MissingValues.Has(column.ItemType);
    private readonly TextParser<T> _parse = TextValues.Parser<T>(column.ItemType, options);
    private readonly T[] _values = new T[column.Fields.Length];

    public void Parse(TextFields fields, int line, ParseLog log)
    {
        for (int i = 0; i < _values.Length; i++)
        {
            ReadOnlyMemory<char> field = fields[column.Fields[i]];
            if (_parse(field, out _values[i]))
                continue;
            if (!_hasMissing)
            {
                var inner = new InvalidOperationException($"Could not parse value {field} in line {line}, column {column.Name}");
                throw new FormatException("Parsing failed with an exception: " + inner.Message, inner);
            }
            log.BadValue(line, column.Name);
        }
    }

    public Delegate CreateGetter()
    {
        if (!column.IsVector)
            return (ValueGetter<T>)((ref T value) => value = _values[0]);
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => VBuffer<T>.Copy(_values, 0, ref value, _values.Length));
    }
}
