namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>Writes numbers of 64 bits into a column of any type of numbers: into whole numbers to the nearest, NaN as null.</summary>
internal static class NumberTarget
{
    /// <summary>The type in which a column of Double is written that was read with a type.</summary>
    public static ParquetType TypeFor(ParquetType? origin) =>
        origin?.Kind is ParquetKind.Decimal or (>= ParquetKind.Int8 and <= ParquetKind.UInt64)
            ? origin
            : new ParquetType(ParquetKind.Double);

    /// <summary>What adds a number to values of a type.</summary>
    /// <param name="values">The values.</param>
    /// <param name="type">Their type, one of numbers.</param>
    /// <param name="name">Name of the column, for messages.</param>
    /// <returns>It throws <see cref="OverflowException"/> where the type cannot hold a number.</returns>
    public static Action<double> Into(ParquetValues values, ParquetType type, string name) => type.Kind switch
    {
        ParquetKind.Int8 => Whole(values, value => checked((sbyte)value), type, name),
        ParquetKind.Int16 => Whole(values, value => checked((short)value), type, name),
        ParquetKind.Int32 => Whole(values, value => checked((int)value), type, name),
        ParquetKind.Int64 => Whole(values, value => checked((long)value), type, name),
        ParquetKind.UInt8 => Whole(values, value => checked((byte)value), type, name),
        ParquetKind.UInt16 => Whole(values, value => checked((ushort)value), type, name),
        ParquetKind.UInt32 => Whole(values, value => checked((uint)value), type, name),
        ParquetKind.UInt64 => Whole(values, value => checked((ulong)value), type, name),
        ParquetKind.Decimal => Add(values, value => Math.Round((decimal)value, type.Scale), type, name),
        ParquetKind.Single => Add(values, value => (float)value, type, name),
        _ => Add(values, value => value, type, name),
    };

    private static Action<double> Whole<T>(ParquetValues values, Func<double, T> convert, ParquetType type, string name)
        where T : struct => Add(values, value => convert(Math.Round(value)), type, name);

    private static Action<double> Add<T>(ParquetValues values, Func<double, T> convert, ParquetType type, string name)
        where T : struct
    {
        var typed = (ParquetValues<T>)values;
        return value =>
        {
            try
            {
                typed.Add(double.IsNaN(value) ? null : convert(value));
            }
            catch (OverflowException e)
            {
                throw new OverflowException($"Column {name} is of {type.Name}, which cannot hold {value}.", e);
            }
        };
    }
}
