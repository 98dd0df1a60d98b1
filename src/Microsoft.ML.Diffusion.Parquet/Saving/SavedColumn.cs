using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Parquet.Views;

namespace Microsoft.ML.Diffusion.Parquet.Saving;

/// <summary>A column of a view as one of a file: of the type that it was read with, where the column still says so, else of the
/// nearest; missing values as null.</summary>
/// <param name="Target">The column of the file.</param>
/// <param name="Adder">Makes what adds the value of a cursor's row to the values of the file.</param>
internal sealed record SavedColumn(StoredColumn Target, Func<DataViewRow, StoredValues, Action> Adder)
{
    /// <summary>How a column is written.</summary>
    /// <exception cref="ArgumentException">Its type has no like in a file.</exception>
    public static SavedColumn Of(DataViewSchema.Column column)
    {
        StoredType? origin = TypeAnnotation.Find(column);
        return column.Type switch
        {
            TextDataViewType => OfText(column, origin),
            BooleanDataViewType => Plain<bool>(column, StoredKind.Boolean),
            KeyDataViewType key => KeyColumn.Of(column, key),
            DateTimeDataViewType => OfMoment(column, origin),
            DateTimeOffsetDataViewType => Of<DateTimeOffset>(
                column, new StoredType(StoredKind.Timestamp, Unit: "Micros", IsUtc: true), isNullable: true, values =>
                {
                    var moments = (StoredValues<DateTime>)values;
                    return value => moments.Add(value == DateTimeOffset.MinValue ? null : value.UtcDateTime);
                }),
            TimeSpanDataViewType => OfTime(column, origin),
            NumberDataViewType number => OfNumber(column, number, origin),
            _ => throw new ArgumentException(
                $"Column {column.Name} holds {column.Type}, which cannot be saved; drop it, or take a number, text, key, date " +
                "or truth value in its place.", nameof(column)),
        };
    }

    /// <summary>A column whose values are added one by one.</summary>
    /// <param name="column">The column of the view.</param>
    /// <param name="type">The type in the file.</param>
    /// <param name="isNullable">Whether values may be missing.</param>
    /// <param name="add">Makes what adds a value to those of the file.</param>
    public static SavedColumn Of<T>(DataViewSchema.Column column, StoredType type, bool isNullable, Func<StoredValues, Action<T>> add) =>
        new(new StoredColumn(column.Name, type, isNullable), (row, values) =>
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

    private static SavedColumn Plain<T>(DataViewSchema.Column column, StoredKind kind)
        where T : struct =>
        Of<T>(column, new StoredType(kind), isNullable: false, values => value => ((StoredValues<T>)values).Add(value));

    private static SavedColumn OfText(DataViewSchema.Column column, StoredType? origin)
    {
        if (origin?.Kind == StoredKind.Boolean)
        {
            return Of<ReadOnlyMemory<char>>(column, origin, isNullable: true, values => text => ((StoredValues<bool>)values).Add(
                text.IsEmpty ? null : bool.TryParse(text.Span, out bool value) ? value : throw Unlike(column, origin, text.ToString())));
        }

        if (origin?.Kind == StoredKind.Guid)
        {
            return Of<ReadOnlyMemory<char>>(column, origin, isNullable: true, values => text => ((StoredValues<Guid>)values).Add(
                text.IsEmpty ? null : Guid.TryParse(text.Span, out Guid value) ? value : throw Unlike(column, origin, text.ToString())));
        }

        StoredType type = origin?.Kind == StoredKind.Text ? origin : new StoredType(StoredKind.Text);
        return Of<ReadOnlyMemory<char>>(column, type, isNullable: true, values => text =>
            ((StoredTexts)values).Add(text.IsEmpty ? null : text.ToString()));
    }

    private static SavedColumn OfMoment(DataViewSchema.Column column, StoredType? origin) => Of<DateTime>(
        column,
        origin?.Kind is StoredKind.Date or StoredKind.Timestamp ? origin : new StoredType(StoredKind.Timestamp, Unit: "Micros"),
        isNullable: true,
        // Parquet.Net takes local time for the time of another zone.
        values => value => ((StoredValues<DateTime>)values).Add(
            value == DateTime.MinValue ? null : DateTime.SpecifyKind(value, DateTimeKind.Utc)));

    private static SavedColumn OfTime(DataViewSchema.Column column, StoredType? origin) => Of<TimeSpan>(
        column, origin?.Kind == StoredKind.Time ? origin : new StoredType(StoredKind.Time, Unit: "Micros"), isNullable: true,
        values => value => ((StoredTimes)values).Add(
            value == TimeSpan.MinValue ? null
            : value >= TimeSpan.Zero && value < TimeSpan.FromDays(1) ? value
            : throw new InvalidOperationException($"Column {column.Name} has {value}, where a time of day was expected.")));

    private static SavedColumn OfNumber(DataViewSchema.Column column, NumberDataViewType type, StoredType? origin) =>
        type == NumberDataViewType.Single ? Of<float>(
            column, new StoredType(StoredKind.Single), isNullable: true,
            values => value => ((StoredValues<float>)values).Add(float.IsNaN(value) ? null : value))
        : type == NumberDataViewType.Double ? Of<double>(
            column, NumberTarget.TypeFor(origin), isNullable: true,
            values => NumberTarget.Into(values, NumberTarget.TypeFor(origin), column.Name))
        : type == NumberDataViewType.SByte ? Plain<sbyte>(column, StoredKind.Int8)
        : type == NumberDataViewType.Int16 ? Plain<short>(column, StoredKind.Int16)
        : type == NumberDataViewType.Int32 ? Plain<int>(column, StoredKind.Int32)
        : type == NumberDataViewType.Int64 ? Plain<long>(column, StoredKind.Int64)
        : type == NumberDataViewType.Byte ? Plain<byte>(column, StoredKind.UInt8)
        : type == NumberDataViewType.UInt16 ? Plain<ushort>(column, StoredKind.UInt16)
        : type == NumberDataViewType.UInt32 ? Plain<uint>(column, StoredKind.UInt32)
        : Plain<ulong>(column, StoredKind.UInt64);

    private static InvalidOperationException Unlike(DataViewSchema.Column column, StoredType type, string value) =>
        new($"Column {column.Name} was read as {type.Name}, and now has '{value}'; a value of that type was expected.");
}
