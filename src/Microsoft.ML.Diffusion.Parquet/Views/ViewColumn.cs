using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Parquet.Files;

namespace Microsoft.ML.Diffusion.Parquet.Views;

/// <summary>A column of a table of files as one of a view, with missing values as ML.NET and this library have them.</summary>
/// <param name="Source">The column of the table.</param>
/// <param name="Type">Its type in the view.</param>
/// <param name="Getter">Makes a getter, of where the values are and of the row to read.</param>
internal sealed record ViewColumn(StoredColumn Source, DataViewType Type, Func<Func<(StoredValues Values, int Row)>, Delegate> Getter)
{
    /// <summary>The column of the view for one of a table.</summary>
    public static ViewColumn Of(StoredColumn column) => column.Type.Kind switch
    {
        StoredKind.Boolean when column.IsNullable => Text<bool>(column, value => value ? "true" : "false"),
        StoredKind.Boolean => Same<bool>(column, BooleanDataViewType.Instance),
        StoredKind.Single => Or(column, NumberDataViewType.Single, float.NaN),
        StoredKind.Double => Or(column, NumberDataViewType.Double, double.NaN),
        StoredKind.Decimal => Number<decimal>(column, value => (double)value),
        StoredKind.Int8 => Whole<sbyte>(column, NumberDataViewType.SByte, value => value),
        StoredKind.Int16 => Whole<short>(column, NumberDataViewType.Int16, value => value),
        StoredKind.Int32 => Whole<int>(column, NumberDataViewType.Int32, value => value),
        StoredKind.Int64 => Whole<long>(column, NumberDataViewType.Int64, value => value),
        StoredKind.UInt8 => Whole<byte>(column, NumberDataViewType.Byte, value => value),
        StoredKind.UInt16 => Whole<ushort>(column, NumberDataViewType.UInt16, value => value),
        StoredKind.UInt32 => Whole<uint>(column, NumberDataViewType.UInt32, value => value),
        StoredKind.UInt64 => Whole<ulong>(column, NumberDataViewType.UInt64, value => value),
        StoredKind.Guid => Text<Guid>(column, value => value.ToString()),
        StoredKind.Date or StoredKind.Timestamp => new ViewColumn(column, DateTimeDataViewType.Instance, at =>
            (ValueGetter<DateTime>)((ref DateTime value) =>
            {
                (StoredValues values, int row) = at();
                value = ((StoredValues<DateTime>)values)[row] is { } moment
                    ? DateTime.SpecifyKind(moment, DateTimeKind.Unspecified) : DateTime.MinValue;
            })),
        StoredKind.Time => new ViewColumn(column, TimeSpanDataViewType.Instance, at => (ValueGetter<TimeSpan>)((ref TimeSpan value) =>
        {
            (StoredValues values, int row) = at();
            value = ((StoredTimes)values)[row] ?? TimeSpan.MinValue;
        })),
        _ => new ViewColumn(column, TextDataViewType.Instance, at => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
        {
            (StoredValues values, int row) = at();
            value = ((StoredTexts)values)[row].AsMemory();
        })),
    };

    // ML.NET's whole numbers have no missing value; Double holds them up to 2^53.
    private static ViewColumn Whole<T>(StoredColumn column, DataViewType type, Func<T, double> convert)
        where T : struct => column.IsNullable ? Number(column, convert) : Same<T>(column, type);

    private static ViewColumn Same<T>(StoredColumn column, DataViewType type)
        where T : struct => Or<T>(column, type, default);

    private static ViewColumn Or<T>(StoredColumn column, DataViewType type, T missing)
        where T : struct => new(column, type, at => (ValueGetter<T>)((ref T value) =>
        {
            (StoredValues values, int row) = at();
            value = ((StoredValues<T>)values)[row] ?? missing;
        }));

    private static ViewColumn Number<T>(StoredColumn column, Func<T, double> convert)
        where T : struct => new(column, NumberDataViewType.Double, at => (ValueGetter<double>)((ref double number) =>
        {
            (StoredValues values, int row) = at();
            number = ((StoredValues<T>)values)[row] is { } value ? convert(value) : double.NaN;
        }));

    private static ViewColumn Text<T>(StoredColumn column, Func<T, string> write)
        where T : struct => new(column, TextDataViewType.Instance, at => (ValueGetter<ReadOnlyMemory<char>>)((ref text) =>
        {
            (StoredValues values, int row) = at();
            text = ((StoredValues<T>)values)[row] is { } value ? write(value).AsMemory() : default;
        }));
}
