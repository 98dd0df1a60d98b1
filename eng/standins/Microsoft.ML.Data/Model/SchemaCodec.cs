using System.Collections.Immutable;

namespace Microsoft.ML.Data;

// A schema in bytes: names, types, and the annotations of types that PrimitiveCodec knows.
internal static class SchemaCodec
{
    private static readonly PrimitiveDataViewType[] _types =
    [
        TextDataViewType.Instance, BooleanDataViewType.Instance, NumberDataViewType.SByte, NumberDataViewType.Byte,
        NumberDataViewType.Int16, NumberDataViewType.UInt16, NumberDataViewType.Int32, NumberDataViewType.UInt32,
        NumberDataViewType.Int64, NumberDataViewType.UInt64, NumberDataViewType.Single, NumberDataViewType.Double,
        DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance, TimeSpanDataViewType.Instance,
    ];

    public static void Write(BinaryWriter writer, DataViewSchema schema)
    {
        DataViewSchema.Column[] columns = [.. schema.Where(column => !column.IsHidden)];
        writer.Write(columns.Length);
        foreach (DataViewSchema.Column column in columns)
        {
            writer.Write(column.Name);
            Write(writer, column.Type);
            DataViewSchema.Column[] kinds = [.. column.Annotations.Schema.Where(kind => PrimitiveCodec.Knows(kind.Type))];
            writer.Write(kinds.Length);
            foreach (DataViewSchema.Column kind in kinds)
            {
                writer.Write(kind.Name);
                Write(writer, kind.Type);
                Getters.Invoke<object>((Func<BinaryWriter, DataViewSchema.Annotations, DataViewSchema.Column, object>)WriteValue<int>,
                    kind.Type.RawType, writer, column.Annotations, kind);
            }
        }
    }

    public static DataViewSchema Read(BinaryReader reader)
    {
        var builder = new DataViewSchema.Builder();
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString();
            DataViewType type = ReadType(reader);
            var annotations = new DataViewSchema.Annotations.Builder();
            int kinds = reader.ReadInt32();
            for (int k = 0; k < kinds; k++)
            {
                string kind = reader.ReadString();
                DataViewType kindType = ReadType(reader);
                annotations.Add(kind, kindType, Getters.Invoke<Delegate>((Func<BinaryReader, Delegate>)ReadValue<int>, kindType.RawType, reader));
            }
            builder.AddColumn(name, type, annotations.ToAnnotations());
        }
        return builder.ToSchema();
    }

    public static void Write(BinaryWriter writer, DataViewType type)
    {
        var vector = type as VectorDataViewType;
        DataViewType item = vector?.ItemType ?? type;
        var key = item as KeyDataViewType;
        writer.Write((byte)Array.IndexOf(_types, key == null ? item : ColumnTypes.OfPrimitive(key.RawType)));
        writer.Write(key?.Count ?? 0);
        writer.Write(vector?.Dimensions.Length ?? 0);
        foreach (int dimension in vector?.Dimensions ?? [])
            writer.Write(dimension);
    }

    public static DataViewType ReadType(BinaryReader reader)
    {
        PrimitiveDataViewType item = _types[reader.ReadByte()];
        ulong keys = reader.ReadUInt64();
        if (keys > 0)
            item = new KeyDataViewType(item.RawType, keys);
        var dimensions = new int[reader.ReadInt32()];
        for (int i = 0; i < dimensions.Length; i++)
            dimensions[i] = reader.ReadInt32();
        return dimensions.Length == 0 ? item : new VectorDataViewType(item, ImmutableArray.Create(dimensions));
    }

    private static object WriteValue<T>(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column kind)
    {
        T value = default;
        annotations.GetGetter<T>(kind)(ref value);
        PrimitiveCodec.Write(writer, value);
        return null;
    }

    private static Delegate ReadValue<T>(BinaryReader reader)
    {
        T value = PrimitiveCodec.Read<T>(reader);
        return (ValueGetter<T>)((ref T target) => Cells.Copy(value, ref target));
    }
}
