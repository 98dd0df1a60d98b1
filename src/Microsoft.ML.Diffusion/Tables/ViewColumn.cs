using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables.Cells;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>How one column of a data view becomes columns of a <see cref="Table"/> and back: one for a number, a key, a
/// text or a Boolean, one per slot for a vector.</summary>
/// <param name="name">The column's name in the view.</param>
/// <param name="type">The column's type in the view.</param>
internal abstract class ViewColumn(string name, DataViewType type)
{
    public string Name { get; } = name;

    public DataViewType Type { get; } = type;

    /// <summary>How many columns of the table it takes.</summary>
    public virtual int Width => 1;

    /// <summary>The columns of the table.</summary>
    public abstract IEnumerable<TableColumn> TableColumns { get; }

    /// <summary>What a view's column is, with nothing learnt yet.</summary>
    /// <exception cref="ArgumentException">No value of the column's type can be missing.</exception>
    public static ViewColumn Of(DataViewSchema.Column column)
    {
        if (!ColumnTypes.IsSupported(column.Type))
            throw new ArgumentException(ColumnTypes.Refusal(column.Name, ColumnTypes.Describe(column.Type)), nameof(column));
        return Of(column.Name, column.Type, column);
    }

    /// <summary>What a view's column is that others are predicted from, with nothing learnt yet.</summary>
    /// <exception cref="ArgumentException">Nothing can be predicted from the column's type.</exception>
    public static ViewColumn ToPredictFrom(DataViewSchema.Column column)
    {
        if (!ColumnTypes.CanBeGenerated(column.Type))
            throw new ArgumentException(ColumnTypes.PredictorRefusal(column.Name, ColumnTypes.Describe(column.Type)), nameof(column));
        return Of(column.Name, column.Type, column);
    }

    /// <summary>What a view's column is where rows are made of nothing, with nothing learnt yet.</summary>
    /// <exception cref="ArgumentException">No values of the column's type can be made.</exception>
    public static ViewColumn ToGenerate(DataViewSchema.Column column)
    {
        if (!ColumnTypes.CanBeGenerated(column.Type))
            throw new ArgumentException(ColumnTypes.GenerationRefusal(column.Name, ColumnTypes.Describe(column.Type)), nameof(column));
        return Of(column.Name, column.Type, column);
    }

    /// <summary>A column of numbers with nothing learnt.</summary>
    public static ViewColumn Plain(string name, DataViewType type) => Of(name, type, source: null);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ViewColumn Read(BinaryReader reader)
    {
        string name = reader.ReadString();
        DataViewType type = ColumnTypes.Read(reader);
        // The names of the slots follow, a byte each at least.
        if (type is VectorDataViewType vector && vector.Size > FileItems.BytesLeft(reader))
            throw FileItems.Damaged($"a vector claims {vector.Size} slots, more than there are bytes for");
        if (!ColumnTypes.CanBeGenerated(type))
            throw FileItems.Damaged("a column is of a type of which no value can be filled in or made");
        var form = (ColumnForm)reader.ReadByte();
        ViewColumn column = form == ColumnForm.Plain ? Of(name, type, source: null) : Of(name, type, form);
        column.ReadDetails(reader);
        return column;
    }

    /// <summary>Writes name, type and what was learnt.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Name);
        ColumnTypes.Write(writer, Type);
        writer.Write((byte)Form);
        WriteDetails(writer);
    }

    /// <summary>Finds the column in a view and refuses one that is not what the model was trained on.</summary>
    /// <exception cref="ArgumentException">The column is not there, or has another type.</exception>
    public DataViewSchema.Column FindIn(DataViewSchema schema)
    {
        if (schema.GetColumnOrNull(Name) is not { } column)
            throw ColumnRefusal.Of(
                $"Column '{Name}', on which the model was trained, is not in the view{NearNames.Ask(Name, ColumnRefusal.Visible(schema))}");
        if (!column.Type.Equals(Type))
            throw ColumnRefusal.Of(
                $"Column '{Name}' is {ColumnTypes.Describe(column.Type)}, but was {ColumnTypes.Describe(Type)} when the model " +
                "was trained.");
        RefuseOtherValues(column);
        return column;
    }

    /// <summary>Opens the column of a row for reading cells.</summary>
    /// <param name="row">The row.</param>
    /// <param name="source">The column in the row's schema.</param>
    /// <param name="learn">Whether categories that are met for the first time become known.</param>
    public abstract CellReader OpenReader(DataViewRow row, DataViewSchema.Column source, bool learn);

    /// <summary>A getter of the column with its missing values filled in; asks for the completed row only if one is.</summary>
    /// <param name="row">The row.</param>
    /// <param name="source">The column in the row's schema.</param>
    /// <param name="completed">Gives the completed row of the table.</param>
    /// <param name="first">Where in it this column's cells start.</param>
    public abstract Delegate FillingGetter(DataViewRow row, DataViewSchema.Column source, Func<double[]> completed, int first);

    /// <summary>A getter of the column with some values made missing.</summary>
    /// <param name="row">The row.</param>
    /// <param name="source">The column in the row's schema.</param>
    /// <param name="isHidden">Tells of a slot (0 where there is but one) whether it is to be missing in the current row.</param>
    public abstract Delegate HidingGetter(DataViewRow row, DataViewSchema.Column source, Func<int, bool> isHidden);

    /// <summary>A getter of the column's values in rows that are made; a cell that is NaN comes out as a missing value.</summary>
    /// <param name="row">Gives the current row and its cells.</param>
    /// <param name="first">Where in it this column's cells start.</param>
    public abstract Delegate MakingGetter(IMadeRow row, int first);

    /// <summary>Whether a value of the column can be missing.</summary>
    public virtual bool CanBeMissing => true;

    /// <summary>How many categories are known.</summary>
    public virtual int CategoryCount => 0;

    /// <summary>Takes these for all categories, in this order; a column of no categories stays as it is.</summary>
    /// <param name="names">Their names in <see cref="TableColumns"/>.</param>
    /// <exception cref="ArgumentException">One is not known, and the column's type does not say what it is.</exception>
    public virtual void TakeCategories(IReadOnlyList<string> names)
    {
    }

    /// <summary>Takes back what was learnt from cells that are not kept.</summary>
    /// <param name="cells">The column's cells, with the codes given out; missing ones taught nothing.</param>
    public virtual void Forget(ReadOnlySpan<double> cells)
    {
    }

    /// <summary>What the column is to a model.</summary>
    public virtual ColumnForm Form => ColumnForm.Plain;

    /// <summary>The column that reads its values as long as their role is not known.</summary>
    public virtual ViewColumn Learning => this;

    /// <summary>The text of a cell that was read: what its role is found from.</summary>
    public virtual string TextOf(double cell) => (CellType.Of(Type) ?? throw new NotSupportedException()).TextOf(cell);

    /// <summary>The number that a text stands for by the type or role of the column; null where it stands for none.</summary>
    public virtual double? NumberOf(string text) => null;

    /// <summary>The number that a moment of the clock stands for by the type or role of the column; null where it stands for
    /// none.</summary>
    public virtual double? NumberOf(DateTime clock) => null;

    /// <summary>Whether a value of the column can be a number, kept as it is.</summary>
    /// <param name="cell">A finite number in the unit of the column's cells.</param>
    public virtual bool CanHold(double cell) => true;

    /// <summary>The cell nearest to a number of those that come out of the column's getter within a range; NaN where there is
    /// none.</summary>
    /// <param name="cell">A finite number.</param>
    /// <param name="range">The range.</param>
    public virtual double Within(double cell, ValueRange range) => Math.Clamp(cell, range.Minimum, range.Maximum);

    /// <summary>A getter of a value that was asked for, which need be none that the column makes by itself; null where
    /// <see cref="MakingGetter"/> changes nothing that the column can hold.</summary>
    /// <param name="cell">What <see cref="CanHold"/> says yes to.</param>
    public virtual Delegate? FixedGetter(double cell) => null;

    /// <summary>What a condition can ask of the column, in a sentence.</summary>
    /// <param name="isRange">Whether values are made, rather than given.</param>
    public virtual string Expected(bool isRange) => "a finite number";

    /// <summary>Learns categories from cells that were read as numbers.</summary>
    /// <returns>The code of a number.</returns>
    public virtual Func<double, double> LearnNumbers(IEnumerable<double> numbers) => throw new NotSupportedException();

    /// <summary>Refuses to make more rows than the column has new values for.</summary>
    /// <exception cref="ArgumentException">There are not so many.</exception>
    public virtual void RefuseTooMany(long rows)
    {
    }

    /// <summary>Ends the learning of categories: keeps the most frequent ones.</summary>
    /// <param name="maximum">How many to keep at most.</param>
    /// <returns>The final code of every code that was given out, NaN for one that was not kept; null where there are none.</returns>
    public virtual double[]? KeepMostFrequent(int maximum) => null;

    /// <summary>A getter of one value, made missing where it is to be hidden.</summary>
    protected static ValueGetter<TValue> Hiding<TValue>(ValueGetter<TValue> get, Func<int, bool> isHidden, TValue missing)
    {
        return Get;

        void Get(ref TValue value)
        {
            get(ref value);
            if (isHidden(0))
                value = missing;
        }
    }

    protected virtual void RefuseOtherValues(DataViewSchema.Column column)
    {
    }

    protected virtual void WriteDetails(BinaryWriter writer)
    {
    }

    protected virtual void ReadDetails(BinaryReader reader)
    {
    }

    private static ViewColumn Of(string name, DataViewType type, ColumnForm form)
    {
        if (CellType.Of(type) is not { } cells)
            throw FileItems.Damaged($"column '{name}' has a role that its type cannot have");
        return form switch
        {
            ColumnForm.Coded => cells.Coded(name, type, new ColumnEntry { Name = name, Role = ColumnRole.Number }, []),
            ColumnForm.Values => cells.Categories(name, type),
            ColumnForm.LeftOut => cells.LeftOut(name, type),
            ColumnForm.FreshKeys => cells.FreshKeys(name, type, new KeyPattern { Kind = KeyKind.Sequence }, observed: null),
            _ => throw FileItems.Damaged($"column '{name}' is of no known form"),
        };
    }

    private static ViewColumn Of(string name, DataViewType type, DataViewSchema.Column? source) => type switch
    {
        VectorDataViewType vector when vector.ItemType.RawType == typeof(float) => new VectorColumn<float>(name, vector, source),
        VectorDataViewType vector => new VectorColumn<double>(name, vector, source),
        KeyDataViewType key when key.RawType == typeof(byte) => new KeyColumn<byte>(name, key, source),
        KeyDataViewType key when key.RawType == typeof(ushort) => new KeyColumn<ushort>(name, key, source),
        KeyDataViewType key when key.RawType == typeof(uint) => new KeyColumn<uint>(name, key, source),
        KeyDataViewType key => new KeyColumn<ulong>(name, key, source),
        TextDataViewType => new TextColumn(name),
        BooleanDataViewType => new BooleanColumn(name),
        DateTimeDataViewType => new DateTimeColumn(name),
        DateTimeOffsetDataViewType => new DateTimeOffsetColumn(name),
        TimeSpanDataViewType => new TimeSpanColumn(name),
        _ when type.RawType == typeof(float) => new NumberColumn<float>(name, type, source),
        _ when type.RawType == typeof(sbyte) => new IntegerColumn<sbyte>(name, type),
        _ when type.RawType == typeof(byte) => new IntegerColumn<byte>(name, type),
        _ when type.RawType == typeof(short) => new IntegerColumn<short>(name, type),
        _ when type.RawType == typeof(ushort) => new IntegerColumn<ushort>(name, type),
        _ when type.RawType == typeof(int) => new IntegerColumn<int>(name, type),
        _ when type.RawType == typeof(uint) => new IntegerColumn<uint>(name, type),
        _ when type.RawType == typeof(long) => new IntegerColumn<long>(name, type),
        _ when type.RawType == typeof(ulong) => new IntegerColumn<ulong>(name, type),
        _ => new NumberColumn<double>(name, type, source),
    };
}
