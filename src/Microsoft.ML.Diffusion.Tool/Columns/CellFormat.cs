using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>How a column writes its numbers, learnt from the cells it has, so that a number filled in looks like one
/// of them: whole where all are whole, with as many decimals as they have, within their range.</summary>
/// <param name="MinDecimals">Fewest decimals of an observed cell.</param>
/// <param name="MaxDecimals">Most decimals of an observed cell.</param>
/// <param name="Minimum">Lowest observed value.</param>
/// <param name="Maximum">Highest observed value.</param>
/// <param name="DecimalComma">Whether the decimal mark is a comma.</param>
/// <param name="Quoted">Whether numbers stand in quotes.</param>
/// <param name="Entry">How a column of dates, amounts, numbers on a lattice and the like writes its values; null for plain numbers.</param>
internal sealed record CellFormat(int MinDecimals, int MaxDecimals, double Minimum, double Maximum, bool DecimalComma = false,
    bool Quoted = false, ColumnEntry? Entry = null)
{
    private RoleCodec? _codec;

    // Beyond this a fixed number of decimals says no more than the shortest text that reads back as the same number.
    private const int LongestFixed = 17;

    /// <summary>Of a column without any number: as many digits as tell a number from all others.</summary>
    public static CellFormat Any { get; } = new(0, LongestFixed + 1, double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Of a column of categories whose spellings are merged; kept with the model, which takes them for one in other files
    /// too.</summary>
    public static CellFormat OfMergedCategories(string name) =>
        new(0, 0, 0, 0) { Entry = new ColumnEntry { Name = name, Role = ColumnRole.Category, MergeVariants = true } };

    /// <summary>Words that mean "missing" in a column of plain numbers, beside the usual ones; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Marks { get; init; }

    /// <summary>Reads and writes the column's values; null for plain numbers.</summary>
    [JsonIgnore]
    public RoleCodec? Codec => Entry is null ? null : _codec ??= RoleCodec.Create(Entry);

    /// <summary>Whether two formats write the same numbers.</summary>
    public bool Equals(CellFormat? other) => other is not null
        && (MinDecimals, MaxDecimals, Minimum, Maximum, DecimalComma, Quoted) == (other.MinDecimals, other.MaxDecimals, other.Minimum,
            other.Maximum, other.DecimalComma, other.Quoted)
        && Equals(Entry?.Format, other.Entry?.Format);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MinDecimals, MaxDecimals, Minimum, Maximum, DecimalComma, Quoted, Entry?.Format);

    /// <summary>The same without what says which numbers the cells have: their ends, days and steps. A model that promises privacy says
    /// which numbers are made.</summary>
    public CellFormat WithoutValues() => new(MinDecimals, MaxDecimals, double.MinValue, double.MaxValue, DecimalComma, Quoted,
        Entry is null ? null : Entry with
        {
            Min = null,
            Max = null,
            Step = null,
            Offset = 0,
            Habit = default,
            Reason = null,
            Values = null,
        })
    {
        Marks = Marks,
    };

    /// <summary>The same without ends: for cells of which a model says which numbers they are. A total of a price and a quantity may lie
    /// beyond all totals that were seen, and cut off there it would be no total.</summary>
    public CellFormat WithoutRange() => new(MinDecimals, MaxDecimals, double.NegativeInfinity, double.PositiveInfinity, DecimalComma,
        Quoted, Entry is null ? null : Entry with { Min = null, Max = null })
    {
        Marks = Marks,
    };

    /// <summary>The same decimals and range with the decimal mark and the quotes of another file.</summary>
    /// <param name="other">How the other file writes the column.</param>
    /// <param name="separator">What stands between its cells.</param>
    public CellFormat In(CellFormat other, char separator)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Entry is not null ? this with { Quoted = other.Quoted }
            : other == Any ? this with { DecimalComma = DecimalComma && separator != ',' }
            : this with { DecimalComma = other.DecimalComma, Quoted = other.Quoted };
    }

    /// <summary>Writes a number as a cell: in quotes where the column has them or the text needs them.</summary>
    /// <param name="value">The number, on the scale of the column.</param>
    /// <param name="separator">What stands between the cells of the file.</param>
    public byte[] Cell(double value, char separator)
    {
        if (Codec is null)
            return Encoding.UTF8.GetBytes(Format(value));
        byte[] cell = CsvCell.Encode(Format(value), separator);
        return Quoted && !CsvCell.IsQuoted(cell) ? [(byte)'"', .. cell, (byte)'"'] : cell;
    }

    /// <summary>Writes a number the way the column does.</summary>
    public string Format(double value)
    {
        value = Math.Clamp(value, Minimum, Maximum);
        if (Codec is { } codec)
            return codec.Format(value);
        string text;
        if (MaxDecimals > LongestFixed)
        {
            text = value.ToString("R", CultureInfo.InvariantCulture);
        }
        else
        {
            text = value.ToString(string.Create(CultureInfo.InvariantCulture, $"F{MaxDecimals}"), CultureInfo.InvariantCulture);
            int drop = 0;
            while (drop < MaxDecimals - MinDecimals && text[^(drop + 1)] == '0')
                drop++;
            text = text[..^drop].TrimEnd('.');
            if (text[0] == '-' && text.AsSpan().IndexOfAnyInRange('1', '9') < 0)
                text = text[1..];
        }

        if (DecimalComma)
            text = text.Replace('.', ',');
        return Quoted ? $"\"{text}\"" : text;
    }
}
