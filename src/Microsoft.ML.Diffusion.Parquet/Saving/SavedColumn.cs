using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Parquet.Views;

namespace Microsoft.ML.Diffusion.Parquet.Saving;

/// <summary>A column of a view as one of a Parquet file: of the type that it was read with, where the column still says so, else of the
/// nearest; missing values as null.</summary>
/// <param name="Target">The column of the file.</param>
/// <param name="Adder">Makes what adds the value of a cursor's row to the values of the file.</param>
internal sealed record SavedColumn(ParquetColumn Target, Func<DataViewRow, ParquetValues, Action> Adder)
{
    /// <summary>How a column is written.</summary>
    /// <exception cref="ArgumentException">Its type has no like in Parquet.</exception>
    public static SavedColumn Of(DataViewSchema.Column column)
    {
        ParquetType? origin = TypeAnnotation.Find(column);
        return column.Type switch
        {
            TextDataViewType => OfText(column, origin),
            BooleanDataViewType => Plain<bool>(column, ParquetKind.Boolean),
            KeyDataViewType key => KeyColumn.Of(column, key),
            DateTimeDataViewType => OfMoment(column, origin),
            DateTimeOffsetDataViewType => Of<DateTimeOffset>(
                column, new ParquetType(ParquetKind.Timestamp, Unit: "Micros", IsUtc: true), isNullable: true, values =>
                {
                    var moments = (ParquetValues<DateTime>)values;
                    return value => moments.Add(value == DateTimeOffset.MinValue ? null : value.UtcDateTime);
                }),
            TimeSpanDataViewType => OfTime(column, origin),
            NumberDataViewType number => OfNumber(column, number, origin),
            _ => throw new ArgumentException(
                $"Column {column.Name} holds {column.Type}, which cannot be saved as Parquet; drop it, or take a number, text, key, date " +
                "or truth value in its place.", nameof(column)),
        };
    }

    /// <summary>A column whose values are added one by one.</summary>
    /// <param name="column">The column of the view.</param>
    /// <param name="type">The type in the file.</param>
    /// <param name="isNullable">Whether values may be missing.</param>
    /// <param name="add">Makes what adds a value to those of the file.</param>
    public static SavedColumn Of<T>(DataViewSchema.Column column, ParquetType type, bool isNullable, Func<ParquetValues, Action<T>> add) =>
        new(new ParquetColumn(column.Name, type, isNullable), (row, values) =>
        {
            ValueGetter<T> getter = row.GetGetter<T>(column);
            Action<T> addTo = add(values);
            T value = default!;
            return () =>
            {
                getter(ref value);
                addTo(value);
            };
        });

    private static SavedColumn Plain<T>(DataViewSchema.Column column, ParquetKind kind)
        where T : struct =>
        Of<T>(column, new ParquetType(kind), isNullable: false, values => value => ((ParquetValues<T>)values).Add(value));

    private static SavedColumn OfText(DataViewSchema.Column column, ParquetType? origin)
    {
        if (origin?.Kind == ParquetKind.Boolean)
        {
            return Of<ReadOnlyMemory<char>>(column, origin, isNullable: true, values => text => ((ParquetValues<bool>)values).Add(
                text.IsEmpty ? null : bool.TryParse(text.Span, out bool value) ? value : throw Unlike(column, origin, text.ToString())));
        }

        if (origin?.Kind == ParquetKind.Guid)
        {
            return Of<ReadOnlyMemory<char>>(column, origin, isNullable: true, values => text => ((ParquetValues<Guid>)values).Add(
                text.IsEmpty ? null : Guid.TryParse(text.Span, out Guid value) ? value : throw Unlike(column, origin, text.ToString())));
        }

        return Of<ReadOnlyMemory<char>>(column, new ParquetType(ParquetKind.Text), isNullable: true, values => text =>
            ((ParquetTexts)values).Add(text.IsEmpty ? null : text.ToString()));
    }

    private static SavedColumn OfMoment(DataViewSchema.Column column, ParquetType? origin) => Of<DateTime>(
        column,
        origin?.Kind is ParquetKind.Date or ParquetKind.Timestamp ? origin : new ParquetType(ParquetKind.Timestamp, Unit: "Micros"),
        isNullable: true,
        // Parquet.Net takes local time for the time of another zone.
        values => value => ((ParquetValues<DateTime>)values).Add(
            value == DateTime.MinValue ? null : DateTime.SpecifyKind(value, DateTimeKind.Utc)));

    private static SavedColumn OfTime(DataViewSchema.Column column, ParquetType? origin) => Of<TimeSpan>(
        column, origin?.Kind == ParquetKind.Time ? origin : new ParquetType(ParquetKind.Time, Unit: "Micros"), isNullable: true,
        values => value => ((ParquetTimes)values).Add(
            value == TimeSpan.MinValue ? null
            : value >= TimeSpan.Zero && value < TimeSpan.FromDays(1) ? value
            : throw new InvalidOperationException($"Column {column.Name} has {value}, where a time of day was expected.")));

    private static SavedColumn OfNumber(DataViewSchema.Column column, NumberDataViewType type, ParquetType? origin) =>
        type == NumberDataViewType.Single ? Of<float>(
            column, new ParquetType(ParquetKind.Single), isNullable: true,
            values => value => ((ParquetValues<float>)values).Add(float.IsNaN(value) ? null : value))
        : type == NumberDataViewType.Double ? Of<double>(
            column, NumberTarget.TypeFor(origin), isNullable: true,
            values => NumberTarget.Into(values, NumberTarget.TypeFor(origin), column.Name))
        : type == NumberDataViewType.SByte ? Plain<sbyte>(column, ParquetKind.Int8)
        : type == NumberDataViewType.Int16 ? Plain<short>(column, ParquetKind.Int16)
        : type == NumberDataViewType.Int32 ? Plain<int>(column, ParquetKind.Int32)
        : type == NumberDataViewType.Int64 ? Plain<long>(column, ParquetKind.Int64)
        : type == NumberDataViewType.Byte ? Plain<byte>(column, ParquetKind.UInt8)
        : type == NumberDataViewType.UInt16 ? Plain<ushort>(column, ParquetKind.UInt16)
        : type == NumberDataViewType.UInt32 ? Plain<uint>(column, ParquetKind.UInt32)
        : Plain<ulong>(column, ParquetKind.UInt64);

    private static InvalidOperationException Unlike(DataViewSchema.Column column, ParquetType type, string value) =>
        new($"Column {column.Name} was read as {type.Name}, and now has '{value}'; a value of that type was expected.");
}
