namespace Microsoft.ML.Data;

// Values of columns in bytes: texts, truth values, numbers, and vectors of them.
internal static class PrimitiveCodec
{
    private static readonly Dictionary<Type, (Delegate Write, Delegate Read)> _codecs = new()
    {
        [typeof(ReadOnlyMemory<char>)] = Of<ReadOnlyMemory<char>>((w, v) => w.Write(v.ToString()), r => r.ReadString().AsMemory()),
        [typeof(bool)] = Of<bool>((w, v) => w.Write(v), r => r.ReadBoolean()),
        [typeof(sbyte)] = Of<sbyte>((w, v) => w.Write(v), r => r.ReadSByte()),
        [typeof(byte)] = Of<byte>((w, v) => w.Write(v), r => r.ReadByte()),
        [typeof(short)] = Of<short>((w, v) => w.Write(v), r => r.ReadInt16()),
        [typeof(ushort)] = Of<ushort>((w, v) => w.Write(v), r => r.ReadUInt16()),
        [typeof(int)] = Of<int>((w, v) => w.Write(v), r => r.ReadInt32()),
        [typeof(uint)] = Of<uint>((w, v) => w.Write(v), r => r.ReadUInt32()),
        [typeof(long)] = Of<long>((w, v) => w.Write(v), r => r.ReadInt64()),
        [typeof(ulong)] = Of<ulong>((w, v) => w.Write(v), r => r.ReadUInt64()),
        [typeof(float)] = Of<float>((w, v) => w.Write(v), r => r.ReadSingle()),
        [typeof(double)] = Of<double>((w, v) => w.Write(v), r => r.ReadDouble()),
    };

    public static bool Knows(DataViewType type) => _codecs.ContainsKey((type as VectorDataViewType)?.ItemType.RawType ?? type.RawType);

    public static void Write<T>(BinaryWriter writer, T value)
    {
        if (_codecs.TryGetValue(typeof(T), out (Delegate Write, Delegate Read) codec))
            ((Action<BinaryWriter, T>)codec.Write)(writer, value);
        else
            Getters.Invoke<object>((Func<BinaryWriter, VBuffer<int>, object>)WriteVector, ColumnTypes.ItemOf(typeof(T)), writer, value);
    }

    public static T Read<T>(BinaryReader reader)
        => _codecs.TryGetValue(typeof(T), out (Delegate Write, Delegate Read) codec)
            ? ((Func<BinaryReader, T>)codec.Read)(reader)
            : Getters.Invoke<T>((Func<BinaryReader, VBuffer<int>>)ReadVector<int>, ColumnTypes.ItemOf(typeof(T)), reader);

    public static void WriteArray<T>(BinaryWriter writer, T[] values) => WriteVector(writer, new VBuffer<T>(values.Length, values));

    public static T[] ReadArray<T>(BinaryReader reader) => [.. ReadVector<T>(reader).GetValues()];

    private static object WriteVector<T>(BinaryWriter writer, VBuffer<T> vector)
    {
        writer.Write(vector.Length);
        foreach (T item in vector.DenseValues())
            Write(writer, item);
        return null;
    }

    private static VBuffer<T> ReadVector<T>(BinaryReader reader)
    {
        var items = new T[reader.ReadInt32()];
        for (int i = 0; i < items.Length; i++)
            items[i] = Read<T>(reader);
        return new VBuffer<T>(items.Length, items);
    }

    private static (Delegate, Delegate) Of<T>(Action<BinaryWriter, T> write, Func<BinaryReader, T> read) => (write, read);
}
