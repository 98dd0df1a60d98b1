using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.StoredTables;

/// <summary>Adds cells of CSV text to the values of a column of a Parquet or Arrow file.</summary>
/// <param name="column">The column.</param>
/// <param name="values">Its values.</param>
/// <param name="isAlone">Whether the file has no other column; an empty cell has quotes then, so that its line is not blank.</param>
internal sealed class CellReader(StoredColumn column, StoredValues values, bool isAlone)
{
    private readonly TryAdd _add = For(column.Type, values);

    private delegate bool TryAdd(ReadOnlySpan<byte> content);

    /// <summary>Adds a cell.</summary>
    /// <exception cref="InputException">It does not fit the column.</exception>
    public void Add(CsvDocument block, int row, int index)
    {
        ReadOnlySpan<byte> content = block.Content(row, index);
        if (column.Type.Kind == StoredKind.Text)
        {
            AddText(block.Raw(row, index), content, block.EscapesByBackslash);
            return;
        }

        if (content.IsEmpty && column.IsNullable)
            values.AddMissing();
        else if (!_add(content.IsEmpty ? "NaN"u8 : content))
            throw Unfit(block, row, index);
    }

    private void AddText(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> content, bool escapesByBackslash)
    {
        var texts = (StoredTexts)values;
        if (content.IsEmpty && column.IsNullable && (isAlone || !CsvCell.IsQuoted(raw, escapesByBackslash)))
        {
            texts.AddMissing();
            return;
        }

        // Blanks inside quotes are part of a text, though a CSV reader passes over them.
        texts.Add(CsvCell.IsQuoted(raw, escapesByBackslash) && !escapesByBackslash
            ? Encoding.UTF8.GetString(raw.Trim(" \t"u8)[1..^1]).Replace("\"\"", "\"", StringComparison.Ordinal)
            : CsvCell.Text(raw, escapesByBackslash));
    }

    private InputException Unfit(CsvDocument block, int row, int index)
    {
        string cell = block.Text(row, index), what = cell.Length == 0 ? "no value" : $"'{cell}'";
        return new InputException(
            $"{block.Path}, row {block.LineOf(row) - 1}, column {column.Name}: {what}, where {column.Type.Name} was expected; " +
            "-o with the name of a CSV file takes any cell.");
    }

    private static TryAdd For(StoredType type, StoredValues values) => type.Kind switch
    {
        StoredKind.Boolean => Of(values, (ReadOnlySpan<byte> text, out bool value) => TryParseBoolean(text, out value)),
        StoredKind.Int8 => Whole<sbyte>(values, type),
        StoredKind.Int16 => Whole<short>(values, type),
        StoredKind.Int32 => Whole<int>(values, type),
        StoredKind.Int64 => Whole<long>(values, type),
        StoredKind.UInt8 => Whole<byte>(values, type),
        StoredKind.UInt16 => Whole<ushort>(values, type),
        StoredKind.UInt32 => Whole<uint>(values, type),
        StoredKind.UInt64 => Whole<ulong>(values, type),
        StoredKind.Single => Of(values, (ReadOnlySpan<byte> text, out float value) =>
            float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)),
        StoredKind.Double => Of(values, (ReadOnlySpan<byte> text, out double value) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)),
        StoredKind.Decimal => Of(values, (ReadOnlySpan<byte> text, out decimal value) =>
        {
            bool isNumber = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
            value = isNumber ? Math.Round(value, type.Scale) : 0;
            return isNumber;
        }),
        StoredKind.Date or StoredKind.Timestamp => Of(values, (ReadOnlySpan<byte> text, out DateTime value) =>
            TryParseMoment(text, out value)),
        StoredKind.Time => text => TryAddTime((StoredTimes)values, text),
        StoredKind.Guid => Of(values, (ReadOnlySpan<byte> text, out Guid value) =>
            Utf8Parser.TryParse(text, out value, out int read) && read == text.Length),
        _ => _ => false,
    };

    private static bool TryAddTime(StoredTimes values, ReadOnlySpan<byte> text)
    {
        bool isTime = TimeSpan.TryParse(Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, out TimeSpan time);
        if (isTime)
            values.Add(time);
        return isTime;
    }

    private static TryAdd Of<T>(StoredValues values, TryParse<T> parse)
        where T : struct
    {
        var typed = (StoredValues<T>)values;
        return text =>
        {
            if (!parse(text, out T value))
                return false;
            typed.Add(value);
            return true;
        };
    }

    // A cell may be written as 34.0 or 3.4E1, and be one that a model of another file filled.
    private static TryAdd Whole<T>(StoredValues values, StoredType type)
        where T : struct, IUtf8SpanParsable<T>
    {
        var typed = (StoredValues<T>)values;
        Action<double> add = NumberTarget.Into(values, type, type.Name);
        return text =>
        {
            if (T.TryParse(text, CultureInfo.InvariantCulture, out T value))
            {
                typed.Add(value);
                return true;
            }

            if (!NumberCell.TryParse(text, allowComma: false, out NumberCell number) || double.IsNaN(number.Value))
                return false;
            try
            {
                add(number.Value);
                return true;
            }
            catch (OverflowException)
            {
                return false;
            }
        };
    }

    /// <summary>Reads a date or a timestamp as <see cref="MomentFormats"/> and most programs write it.</summary>
    public static bool TryParseMoment(ReadOnlySpan<byte> text, out DateTime moment)
    {
        Span<char> characters = stackalloc char[40];
        moment = default;
        if (text.Length > characters.Length || !Encoding.UTF8.TryGetChars(text, characters, out int length))
            return false;
        // Parquet.Net takes local time for the time of another zone.
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTime.TryParse(characters[..length], CultureInfo.InvariantCulture, Styles, out moment);
    }

    /// <summary>Reads true or false.</summary>
    public static bool TryParseBoolean(ReadOnlySpan<byte> text, out bool value)
    {
        value = Ascii.EqualsIgnoreCase(text, "true"u8) || text.SequenceEqual("1"u8);
        return value || Ascii.EqualsIgnoreCase(text, "false"u8) || text.SequenceEqual("0"u8);
    }

    private delegate bool TryParse<T>(ReadOnlySpan<byte> text, out T value);
}
