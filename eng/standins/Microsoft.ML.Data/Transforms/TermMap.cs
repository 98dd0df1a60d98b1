using System.Globalization;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

// The values that have keys, in the order of the keys.
internal abstract class TermMap
{
    public abstract PrimitiveDataViewType ItemType { get; }
    public abstract int Count { get; }
    public abstract void AddKeyValues(DataViewSchema.Annotations.Builder builder);
    public abstract Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column);
    public abstract void Write(BinaryWriter writer);

    // Those of several columns in one pass over the data.
    public static TermMap[] Learn(IDataView data, DataViewSchema.Column[] columns, TermOptions options)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(columns.DistinctBy(column => column.Index));
        (Action Read, Func<TermMap> Finish)[] learners = Array.ConvertAll(columns, column => Getters.Invoke<(Action, Func<TermMap>)>(
            (Func<DataViewRow, DataViewSchema.Column, TermOptions, (Action, Func<TermMap>)>)Learner<int>, column.Type.ItemType().RawType, cursor, column, options));
        while (cursor.MoveNext())
        {
            foreach ((Action read, _) in learners)
                read();
        }
        return Array.ConvertAll(learners, learner => learner.Finish());
    }

    public static TermMap Read(BinaryReader reader)
    {
        var itemType = (PrimitiveDataViewType)SchemaCodec.ReadType(reader);
        bool namesAsText = reader.ReadBoolean();
        return Getters.Invoke<TermMap>((Func<PrimitiveDataViewType, bool, BinaryReader, TermMap>)Create<int>, itemType.RawType, itemType, namesAsText, reader);
    }

    private static (Action Read, Func<TermMap> Finish) Learner<T>(DataViewRow row, DataViewSchema.Column column, TermOptions options)
    {
        var itemType = (PrimitiveDataViewType)column.Type.ItemType();
        Func<T, bool> isMissing = Terms.IsMissing<T>(itemType);
        var seen = new HashSet<T>(Terms.Comparer<T>());
        var terms = new List<T>();
        Action read = Items.CreateVisitor<T>(row, column, (value, _) =>
        {
            if (terms.Count < options.Maximum && !isMissing(value) && seen.Add(value))
                terms.Add(value);
        });
        return (read, () =>
        {
            if (options.Order == ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
                terms.Sort(Terms.Order<T>());
            return new TermMap<T>(itemType, [.. terms], options.NamesAsText);
        });
    }

    private static TermMap Create<T>(PrimitiveDataViewType itemType, bool namesAsText, BinaryReader reader)
        => new TermMap<T>(itemType, PrimitiveCodec.ReadArray<T>(reader), namesAsText);
}

internal sealed class TermMap<T> : TermMap
{
    private readonly T[] _terms;
    private readonly bool _namesAsText;
    private readonly Dictionary<T, uint> _keys;

    public TermMap(PrimitiveDataViewType itemType, T[] terms, bool namesAsText)
    {
        ItemType = itemType;
        _terms = terms;
        _namesAsText = namesAsText;
        _keys = new Dictionary<T, uint>(Terms.Comparer<T>());
        foreach (T term in terms)
            _keys.Add(term, (uint)_keys.Count + 1);
    }

    public override PrimitiveDataViewType ItemType { get; }
    public override int Count => _terms.Length;

    public override void AddKeyValues(DataViewSchema.Annotations.Builder builder)
    {
        if (_terms.Length == 0)
            return;
        if (_namesAsText)
            builder.AddNames(AnnotationUtils.Kinds.KeyValues, Array.ConvertAll(_terms, term => Terms.ToText(term)));
        else
            builder.Add(AnnotationUtils.Kinds.KeyValues, new VectorDataViewType(ItemType, _terms.Length),
                (ref VBuffer<T> value) => VBuffer<T>.Copy(_terms, 0, ref value, _terms.Length));
    }

    public override Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column)
        => ItemMaps.CreateGetter<T, uint>(row, column, (value, _) => _keys.GetValueOrDefault(value));

    public override void Write(BinaryWriter writer)
    {
        SchemaCodec.Write(writer, ItemType);
        writer.Write(_namesAsText);
        PrimitiveCodec.WriteArray(writer, _terms);
    }
}

internal static class Terms
{
    // Texts are the same when their characters are.
    public static IEqualityComparer<T> Comparer<T>()
        => typeof(T) == typeof(ReadOnlyMemory<char>) ? (IEqualityComparer<T>)(object)new TextComparer() : EqualityComparer<T>.Default;

    public static IComparer<T> Order<T>()
        => typeof(T) == typeof(ReadOnlyMemory<char>) ? (IComparer<T>)(object)new TextComparer() : System.Collections.Generic.Comparer<T>.Default;

    // Missing values have no key: NaN, key 0, empty text.
    public static Func<T, bool> IsMissing<T>(DataViewType item)
        => typeof(T) == typeof(ReadOnlyMemory<char>) ? (Func<T, bool>)(object)(Func<ReadOnlyMemory<char>, bool>)(text => text.IsEmpty)
            : MissingValues.Has(item) ? MissingValues.Test<T>(item) : _ => false;

    public static string ToText<T>(T term) => term is bool truth ? truth ? "1" : "0" : Convert.ToString(term, CultureInfo.InvariantCulture);

    private sealed class TextComparer : IEqualityComparer<ReadOnlyMemory<char>>, IComparer<ReadOnlyMemory<char>>
    {
        public bool Equals(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceEqual(y.Span);
        public int GetHashCode(ReadOnlyMemory<char> text) => string.GetHashCode(text.Span);
        public int Compare(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceCompareTo(y.Span);
    }
}
