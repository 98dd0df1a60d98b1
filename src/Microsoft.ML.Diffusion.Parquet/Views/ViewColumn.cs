using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Parquet.Files;

namespace Microsoft.ML.Diffusion.Parquet.Views;

/// <summary>A column of a Parquet table as one of a view, with missing values as ML.NET and this library have them.</summary>
/// <param name="Source">The column of the table.</param>
/// <param name="Type">Its type in the view.</param>
/// <param name="Getter">Makes a getter, of where the values are and of the row to read.</param>
internal sealed record ViewColumn(ParquetColumn Source, DataViewType Type, Func<Func<(ParquetValues Values, int Row)>, Delegate> Getter)
{
    /// <summary>The column of the view for one of a table.</summary>
    public static ViewColumn Of(ParquetColumn column) => column.Type.Kind switch
    {
        ParquetKind.Boolean when column.IsNullable => Text<bool>(column, value => value ? "true" : "false"),
        ParquetKind.Boolean => Same<bool>(column, BooleanDataViewType.Instance),
        ParquetKind.Single => Or(column, NumberDataViewType.Single, float.NaN),
        ParquetKind.Double => Or(column, NumberDataViewType.Double, double.NaN),
        ParquetKind.Decimal => Number<decimal>(column, value => (double)value),
        ParquetKind.Int8 => Whole<sbyte>(column, NumberDataViewType.SByte, value => value),
        ParquetKind.Int16 => Whole<short>(column, NumberDataViewType.Int16, value => value),
        ParquetKind.Int32 => Whole<int>(column, NumberDataViewType.Int32, value => value),
        ParquetKind.Int64 => Whole<long>(column, NumberDataViewType.Int64, value => value),
        ParquetKind.UInt8 => Whole<byte>(column, NumberDataViewType.Byte, value => value),
        ParquetKind.UInt16 => Whole<ushort>(column, NumberDataViewType.UInt16, value => value),
        ParquetKind.UInt32 => Whole<uint>(column, NumberDataViewType.UInt32, value => value),
        ParquetKind.UInt64 => Whole<ulong>(column, NumberDataViewType.UInt64, value => value),
        ParquetKind.Guid => Text<Guid>(column, value => value.ToString()),
        ParquetKind.Date or ParquetKind.Timestamp => new ViewColumn(column, DateTimeDataViewType.Instance, at =>
            (ValueGetter<DateTime>)((ref DateTime value) =>
            {
                (ParquetValues values, int row) = at();
                value = ((ParquetValues<DateTime>)values)[row] is { } moment
                    ? DateTime.SpecifyKind(moment, DateTimeKind.Unspecified) : DateTime.MinValue;
            })),
        ParquetKind.Time => new ViewColumn(column, TimeSpanDataViewType.Instance, at => (ValueGetter<TimeSpan>)((ref TimeSpan value) =>
        {
            (ParquetValues values, int row) = at();
            value = ((ParquetTimes)values)[row] ?? TimeSpan.MinValue;
        })),
        _ => new ViewColumn(column, TextDataViewType.Instance, at => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
        {
            (ParquetValues values, int row) = at();
            value = ((ParquetTexts)values)[row].AsMemory();
        })),
    };

    // ML.NET's whole numbers have no missing value; Double holds them up to 2^53.
    private static ViewColumn Whole<T>(ParquetColumn column, DataViewType type, Func<T, double> convert)
        where T : struct => column.IsNullable ? Number(column, convert) : Same<T>(column, type);

    private static ViewColumn Same<T>(ParquetColumn column, DataViewType type)
        where T : struct => Or<T>(column, type, default);

    private static ViewColumn Or<T>(ParquetColumn column, DataViewType type, T missing)
        where T : struct => new(column, type, at => (ValueGetter<T>)((ref T value) =>
        {
            (ParquetValues values, int row) = at();
            value = ((ParquetValues<T>)values)[row] ?? missing;
        }));

    private static ViewColumn Number<T>(ParquetColumn column, Func<T, double> convert)
        where T : struct => new(column, NumberDataViewType.Double, at => (ValueGetter<double>)((ref double number) =>
        {
            (ParquetValues values, int row) = at();
            number = ((ParquetValues<T>)values)[row] is { } value ? convert(value) : double.NaN;
        }));

    private static ViewColumn Text<T>(ParquetColumn column, Func<T, string> write)
        where T : struct => new(column, TextDataViewType.Instance, at => (ValueGetter<ReadOnlyMemory<char>>)((ref text) =>
        {
            (ParquetValues values, int row) = at();
            text = ((ParquetValues<T>)values)[row] is { } value ? write(value).AsMemory() : default;
        }));
}
