using System.Collections;

namespace Microsoft.ML.Data;

// A vector of T, dense (values only) or sparse (values at ascending indices, default elsewhere). Its arrays are lent to
// the next call of a getter, so that a scan does not allocate per row.
public readonly struct VBuffer<T> : IEnumerable
{
    private readonly T[] _values;
    private readonly int[] _indices;
    private readonly int _count;

    public readonly int Length;

    public VBuffer(int length, T[] values, int[] indices = null)
    {
        if (length < 0 || (values?.Length ?? 0) < length)
            throw new ArgumentException("There are fewer values than the length says.", nameof(values));
        Length = length;
        _values = values ?? [];
        _count = length;
        _indices = indices;
    }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        if (count < 0 || count > length)
            throw new ArgumentException("The number of values must be from 0 to the length.", nameof(count));
        if ((values?.Length ?? 0) < count || (count < length && (indices?.Length ?? 0) < count))
            throw new ArgumentException("There are fewer values or indices than the count says.", nameof(values));
        Length = length;
        _values = values ?? [];
        _indices = indices;
        _count = count;
    }

    public bool IsDense => _count == Length;

    internal T[] Values => _values ?? [];
    internal int[] IndexArray => _indices ?? [];

    public ReadOnlySpan<T> GetValues() => Values.AsSpan(0, _count);

    // Empty when dense.
    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    public T GetItemOrDefault(int index)
    {
        if ((uint)index >= (uint)Length)
            throw new ArgumentOutOfRangeException(nameof(index));
        if (IsDense)
            return _values[index];
        int at = GetIndices().BinarySearch(index);
        return at >= 0 ? _values[at] : default;
    }

    public void GetItemOrDefault(int index, ref T destination) => destination = GetItemOrDefault(index);

    public IEnumerable<T> DenseValues()
    {
        for (int i = 0; i < Length; i++)
            yield return GetItemOrDefault(i);
    }

    // The stored pairs, or every slot when all is true.
    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        if (all || IsDense)
        {
            for (int i = 0; i < Length; i++)
                yield return new(i, GetItemOrDefault(i));
        }
        else
        {
            for (int k = 0; k < _count; k++)
                yield return new(_indices[k], _values[k]);
        }
    }

    public IEnumerator GetEnumerator() => DenseValues().GetEnumerator();

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        Span<T> target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }
        target.Fill(defaultValue);
        for (int k = 0; k < _count; k++)
            target[_indices[k]] = _values[k];
    }

    public void CopyTo(ref VBuffer<T> destination)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        if (!IsDense)
            GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length);
        for (int i = 0; i < length; i++)
            editor.Values[i] = GetItemOrDefault(sourceIndex + i);
        destination = editor.Commit();
    }

    public void CopyToDense(ref VBuffer<T> destination)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public override string ToString()
        => IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";
}
