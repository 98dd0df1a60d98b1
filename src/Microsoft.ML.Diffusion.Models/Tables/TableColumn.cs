using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>Name and meaning of one column of a <see cref="Table"/>.</summary>
public sealed class TableColumn
{
    /// <summary>The annotation with which a column of numbers in a data view says that they are moments: the name of a
    /// <see cref="MomentKind"/>.</summary>
    internal const string MomentAnnotation = "Moment";

    /// <summary>The annotation with which such a column says how many seconds its clock is ahead, as a Double.</summary>
    internal const string ClockAnnotation = "MomentClock";

    // No clock is farther from universal time, in seconds.
    private const double MostAhead = 86400;

    // What a saved column begins with; 0 and 1 are as old as the format.
    private const byte OfNumbers = 0, OfCategories = 1, OfDates = 2, OfTimestamps = 3, OfTimes = 4;

    private TableColumn(string name, ColumnKind kind, string[] categories, MomentKind moment = MomentKind.None)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        Kind = kind;
        Categories = Array.AsReadOnly(categories);
        Moment = moment;
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>Whether the column holds numbers or categories.</summary>
    public ColumnKind Kind { get; }

    /// <summary>The categories; a category's code is its place in this list. Empty for a numeric column.</summary>
    public IReadOnlyList<string> Categories { get; }

    /// <summary>Whether the numbers are moments, so that months, weekdays, times of day and differences are learnt beside them.</summary>
    public MomentKind Moment { get; }

    /// <summary>How many seconds the clock whose days and hours count is ahead of the numbers of a timestamp column.</summary>
    public double ClockOffset { get; private init; }

    /// <summary>The places of the columns from which this one is computed in the same table; empty for a column of its own. Not
    /// saved.</summary>
    internal IReadOnlyList<int> Sources { get; private init; } = [];

    /// <summary>A column of numbers.</summary>
    /// <param name="name">The column's name.</param>
    public static TableColumn Numeric(string name) => new(name, ColumnKind.Numeric, []);

    /// <summary>A column of days, in days since 1970-01-01.</summary>
    /// <param name="name">The column's name.</param>
    public static TableColumn Date(string name) => new(name, ColumnKind.Numeric, [], MomentKind.Date);

    /// <summary>A column of moments, in seconds since 1970-01-01T00:00.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="clockOffset">How many seconds the clock whose days and hours count is ahead of the numbers, such as 3600 for moments of
    /// universal time where people are one hour ahead; at most a day.</param>
    /// <exception cref="ArgumentOutOfRangeException">The clock is more than a day ahead or behind.</exception>
    public static TableColumn Timestamp(string name, double clockOffset = 0)
    {
        if (!(Math.Abs(clockOffset) <= MostAhead))
            throw new ArgumentOutOfRangeException(nameof(clockOffset), clockOffset, "A clock is at most a day ahead or behind.");
        return new TableColumn(name, ColumnKind.Numeric, [], MomentKind.Timestamp) { ClockOffset = clockOffset };
    }

    /// <summary>A column of times of day, in seconds since midnight, 0 to below 86400. A minute before midnight is near a minute
    /// after it.</summary>
    /// <param name="name">The column's name.</param>
    public static TableColumn TimeOfDay(string name) => new(name, ColumnKind.Numeric, [], MomentKind.TimeOfDay);

    /// <summary>A column of categories.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="categories">The categories in the order of their codes.</param>
    public static TableColumn Categorical(string name, params IEnumerable<string> categories) =>
        new(name, ColumnKind.Categorical, [.. categories]);

    /// <summary>Whether <paramref name="value"/> is one that this column can hold: a number that is not missing, or the
    /// code of one of its categories. Anything else counts as missing.</summary>
    /// <param name="value">A cell of this column.</param>
    public bool Holds(double value) => Kind == ColumnKind.Numeric
        ? !double.IsNaN(value)
        : value >= 0 && value < Categories.Count && value == Math.Floor(value);

    /// <summary>The same column, computed from others of its table.</summary>
    /// <param name="sources">Their places.</param>
    internal TableColumn From(params int[] sources) => new(Name, Kind, [.. Categories], Moment) { Sources = sources };

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Name);
        writer.Write(Kind == ColumnKind.Categorical ? OfCategories : Moment switch
        {
            MomentKind.Date => OfDates,
            MomentKind.Timestamp => OfTimestamps,
            MomentKind.TimeOfDay => OfTimes,
            _ => OfNumbers,
        });
        if (Moment == MomentKind.Timestamp)
            writer.Write(ClockOffset);
        if (Kind == ColumnKind.Numeric)
            return;
        writer.Write(Categories.Count);
        foreach (string category in Categories)
            writer.Write(category);
    }

    internal static TableColumn Load(BinaryReader reader)
    {
        string name = reader.ReadString();
        byte kind = reader.ReadByte();
        return kind switch
        {
            OfNumbers => Numeric(name),
            OfCategories => Categorical(name, reader.ReadItems(1, "categories", static reader => reader.ReadString())),
            OfDates => Date(name),
            OfTimes => TimeOfDay(name),
            OfTimestamps => Timestamp(name, reader.ReadFinite("the offset of a clock")),
            _ => throw CheckedReading.Damaged($"column '{CheckedReading.Shown(name)}' is of no known kind"),
        };
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Kind == ColumnKind.Numeric ? Name : $"{Name} ({Categories.Count} categories)";
}
