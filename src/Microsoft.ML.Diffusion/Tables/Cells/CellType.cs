using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tables.Cells;

/// <summary>What a type of cell has in common with texts: how a value is written and read, and which one is missing. The columns whose
/// role is not that of their type are made of it.</summary>
internal abstract class CellType
{
    /// <summary>The type of the cells of a column; null for vectors, Booleans, dates and times.</summary>
    public static CellType? Of(DataViewType type) => type switch
    {
        TextDataViewType => TextCells.Instance,
        KeyDataViewType key when key.RawType == typeof(byte) => new KeyCells<byte>(),
        KeyDataViewType key when key.RawType == typeof(ushort) => new KeyCells<ushort>(),
        KeyDataViewType key when key.RawType == typeof(uint) => new KeyCells<uint>(),
        KeyDataViewType => new KeyCells<ulong>(),
        NumberDataViewType => Type.GetTypeCode(type.RawType) switch
        {
            TypeCode.SByte => new IntegerCells<sbyte>(),
            TypeCode.Byte => new IntegerCells<byte>(),
            TypeCode.Int16 => new IntegerCells<short>(),
            TypeCode.UInt16 => new IntegerCells<ushort>(),
            TypeCode.Int32 => new IntegerCells<int>(),
            TypeCode.UInt32 => new IntegerCells<uint>(),
            TypeCode.Int64 => new IntegerCells<long>(),
            TypeCode.UInt64 => new IntegerCells<ulong>(),
            TypeCode.Single => new RealCells<float>(),
            _ => new RealCells<double>(),
        },
        _ => null,
    };

    /// <summary>The largest whole number up to which the type holds every one; <see cref="decimal.MaxValue"/> for texts.</summary>
    public abstract decimal LargestWhole { get; }

    /// <summary>A column that nothing is learnt from: it stays as it is, and is missing in rows that are made.</summary>
    public abstract ViewColumn LeftOut(string name, DataViewType type);

    /// <summary>The same, with a new key in every row that is made.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="type">The column's type.</param>
    /// <param name="pattern">How keys look.</param>
    /// <param name="observed">The keys that there are; null where new ones cannot meet them.</param>
    public abstract ViewColumn FreshKeys(string name, DataViewType type, KeyPattern pattern, KeyFilter? observed);

    /// <summary>A column whose values are read and written by its role: dates, amounts, times.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="type">The column's type.</param>
    /// <param name="entry">The role.</param>
    /// <param name="marks">Texts that are missing values.</param>
    public abstract ViewColumn Coded(string name, DataViewType type, ColumnEntry entry, IReadOnlyList<string> marks);

    /// <summary>A column whose values are categories, whatever their type; with nothing learnt yet.</summary>
    public abstract ViewColumn Categories(string name, DataViewType type);

    /// <summary>Tells each value of a column of a row to a listener, as a text; null where it is missing.</summary>
    /// <returns>Reads the current row.</returns>
    public abstract Action Open(DataViewRow row, DataViewSchema.Column source, CellListener listener);

    /// <summary>A number of a table as a text of this type.</summary>
    public abstract string TextOf(double value);
}

/// <inheritdoc/>
/// <typeparam name="T">The type as ML.NET has it.</typeparam>
internal abstract class CellType<T> : CellType
    where T : notnull
{
    // Room for every number.
    private const int LongestNumber = 64;

    /// <summary>What a missing value is.</summary>
    public abstract T Missing { get; }

    /// <summary>How equal values are found; null for the usual way.</summary>
    public virtual IEqualityComparer<T>? Equality => null;

    /// <summary>The order of values.</summary>
    public virtual IComparer<T> Order => Comparer<T>.Default;

    public abstract bool IsMissing(T value);

    /// <summary>A value as a text.</summary>
    /// <param name="value">The value; not missing.</param>
    /// <param name="buffer">Room for it.</param>
    public abstract ReadOnlySpan<char> Text(T value, Span<char> buffer);

    /// <summary>The value nearest to what a text says; missing where it says none.</summary>
    public abstract T Parse(string text);

    /// <summary>A value that may be kept.</summary>
    public virtual T Keep(T value) => value;

    public override ViewColumn LeftOut(string name, DataViewType type) => new LeftOutColumn<T>(name, type, this);

    public override ViewColumn FreshKeys(string name, DataViewType type, KeyPattern pattern, KeyFilter? observed) =>
        new FreshKeyColumn<T>(name, type, this, pattern, observed);

    public override ViewColumn Coded(string name, DataViewType type, ColumnEntry entry, IReadOnlyList<string> marks) =>
        new CodedColumn<T>(name, type, this, entry, marks);

    public override ViewColumn Categories(string name, DataViewType type) => new ValueColumn<T>(name, type, this);

    public override Action Open(DataViewRow row, DataViewSchema.Column source, CellListener listener)
    {
        ValueGetter<T> get = row.GetGetter<T>(source);
        T value = default!;
        return () =>
        {
            get(ref value);
            Span<char> buffer = stackalloc char[LongestNumber];
            listener(IsMissing(value) ? [] : Text(value, buffer));
        };
    }

    /// <summary>A value as a new string.</summary>
    public string ToText(T value)
    {
        Span<char> buffer = stackalloc char[LongestNumber];
        return Text(value, buffer).ToString();
    }
}
