namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>Writes numbers of 64 bits into a column of any type of numbers: into whole numbers to the nearest, NaN as null.</summary>
internal static class NumberTarget
{
    /// <summary>The type in which a column of Double is written that was read with a type.</summary>
    public static StoredType TypeFor(StoredType? origin) =>
        origin?.Kind is StoredKind.Decimal or (>= StoredKind.Int8 and <= StoredKind.UInt64)
            ? origin
            : new StoredType(StoredKind.Double);

    /// <summary>What adds a number to values of a type.</summary>
    /// <param name="values">The values.</param>
    /// <param name="type">Their type, one of numbers.</param>
    /// <param name="name">Name of the column, for messages.</param>
    /// <returns>It throws <see cref="OverflowException"/> where the type cannot hold a number.</returns>
    public static Action<double> Into(StoredValues values, StoredType type, string name) => type.Kind switch
    {
        StoredKind.Int8 => Whole(values, value => checked((sbyte)value), type, name),
        StoredKind.Int16 => Whole(values, value => checked((short)value), type, name),
        StoredKind.Int32 => Whole(values, value => checked((int)value), type, name),
        StoredKind.Int64 => Whole(values, value => checked((long)value), type, name),
        StoredKind.UInt8 => Whole(values, value => checked((byte)value), type, name),
        StoredKind.UInt16 => Whole(values, value => checked((ushort)value), type, name),
        StoredKind.UInt32 => Whole(values, value => checked((uint)value), type, name),
        StoredKind.UInt64 => Whole(values, value => checked((ulong)value), type, name),
        StoredKind.Decimal => Add(values, value => Math.Round((decimal)value, type.Scale), type, name),
        StoredKind.Single => Add(values, value => (float)value, type, name),
        _ => Add(values, value => value, type, name),
    };

    private static Action<double> Whole<T>(StoredValues values, Func<double, T> convert, StoredType type, string name)
        where T : struct => Add(values, value => convert(Math.Round(value)), type, name);

    private static Action<double> Add<T>(StoredValues values, Func<double, T> convert, StoredType type, string name)
        where T : struct
    {
        var typed = (StoredValues<T>)values;
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
