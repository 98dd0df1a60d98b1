using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>How the value of an annotation is written and read.</summary>
internal abstract class AnnotationValue
{
    // The largest offset that a DateTimeOffset can have, in minutes.
    private const int MostMinutes = 14 * 60;

    /// <summary>How values of a type are; null for a type that is left out.</summary>
    public static AnnotationValue? Of(DataViewType type)
    {
        bool isVector = type is VectorDataViewType;
        return (type is VectorDataViewType { IsKnownSize: true } vector ? vector.ItemType : type) switch
        {
            TextDataViewType => new Items<ReadOnlyMemory<char>>(
                isVector, (writer, text) => writer.Write(text.ToString()), reader => reader.ReadString().AsMemory()),
            BooleanDataViewType => new Items<bool>(isVector, (writer, value) => writer.Write(value), reader => reader.ReadBoolean()),
            // What a key stands for may be a moment.
            DateTimeDataViewType => new Items<DateTime>(isVector, (writer, value) => writer.Write(value.Ticks), ReadDateTime),
            DateTimeOffsetDataViewType => new Items<DateTimeOffset>(isVector, WriteDateTimeOffset, ReadDateTimeOffset),
            TimeSpanDataViewType => new Items<TimeSpan>(
                isVector, (writer, value) => writer.Write(value.Ticks), reader => new TimeSpan(reader.ReadInt64())),
            KeyDataViewType or NumberDataViewType => Number(type, isVector),
            _ => null,
        };
    }

    public abstract void Write(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column annotation);

    public abstract void Read(BinaryReader reader, DataViewSchema.Annotations.Builder annotations, string kind, DataViewType type);

    private static AnnotationValue? Number(DataViewType type, bool isVector)
    {
        Type raw = type is VectorDataViewType vector ? vector.ItemType.RawType : type.RawType;
        return Type.GetTypeCode(raw) switch
        {
            TypeCode.Single => new Items<float>(isVector, (writer, value) => writer.Write(value), reader => reader.ReadSingle()),
            TypeCode.Double => new Items<double>(isVector, (writer, value) => writer.Write(value), reader => reader.ReadDouble()),
            TypeCode.SByte => new Items<sbyte>(isVector, (writer, value) => writer.Write(value), reader => reader.ReadSByte()),
            TypeCode.Byte => new Items<byte>(isVector, (writer, value) => writer.Write(value), reader => reader.ReadByte()),
            TypeCode.Int16 => new Items<short>(isVector, (writer, value) => writer.Write(value), reader => reader.ReadInt16()),
            TypeCode.UInt16 => new Items<ushort>(isVector, (writer, value) => writer.Write(value), reader => reader.ReadUInt16()),
            TypeCode.Int32 => new Items<int>(isVector, (writer, value) => writer.Write(value), reader => reader.ReadInt32()),
            TypeCode.UInt32 => new Items<uint>(isVector, (writer, value) => writer.Write(value), reader => reader.ReadUInt32()),
            TypeCode.Int64 => new Items<long>(isVector, (writer, value) => writer.Write(value), reader => reader.ReadInt64()),
            TypeCode.UInt64 => new Items<ulong>(isVector, (writer, value) => writer.Write(value), reader => reader.ReadUInt64()),
            _ => null,
        };
    }

    private static DateTime ReadDateTime(BinaryReader reader)
    {
        long ticks = reader.ReadInt64();
        bool isDate = ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
        return isDate ? new DateTime(ticks) : throw FileItems.Damaged("a date of an annotation is none");
    }

    private static void WriteDateTimeOffset(BinaryWriter writer, DateTimeOffset value)
    {
        writer.Write(value.Ticks);
        writer.Write((short)value.TotalOffsetMinutes);
    }

    private static DateTimeOffset ReadDateTimeOffset(BinaryReader reader)
    {
        DateTime clock = ReadDateTime(reader);
        short minutes = reader.ReadInt16();
        long universal = clock.Ticks - (minutes * TimeSpan.TicksPerMinute);
        bool isMoment = Math.Abs((int)minutes) <= MostMinutes && universal >= 0 && universal <= DateTime.MaxValue.Ticks;
        return isMoment
            ? new DateTimeOffset(clock, TimeSpan.FromMinutes(minutes)) : throw FileItems.Damaged("a moment of an annotation is none");
    }

    private sealed class Items<T>(bool isVector, Action<BinaryWriter, T> write, Func<BinaryReader, T> read) : AnnotationValue
    {
        public override void Write(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column annotation)
        {
            if (!isVector)
            {
                T value = default!;
                annotations.GetValue(annotation.Name, ref value);
                write(writer, value);
                return;
            }

            VBuffer<T> values = default;
            annotations.GetValue(annotation.Name, ref values);
            writer.Write(values.Length);
            foreach (T value in values.DenseValues())
                write(writer, value);
        }

        public override void Read(BinaryReader reader, DataViewSchema.Annotations.Builder annotations, string kind, DataViewType type)
        {
            if (!isVector)
            {
                T value = read(reader);
                annotations.Add(kind, type, (ValueGetter<T>)((ref T target) => target = value));
                return;
            }

            T[] values = reader.ReadItems("values of an annotation", read);
            if (type is VectorDataViewType { IsKnownSize: true } vector && vector.Size != values.Length)
                throw FileItems.Damaged($"an annotation of {vector.Size} values has {values.Length}");
            var buffer = new VBuffer<T>(values.Length, values);
            annotations.Add(kind, type, (ValueGetter<VBuffer<T>>)((ref VBuffer<T> target) => buffer.CopyTo(ref target)));
        }
    }
}
