using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.StoredTables;

/// <summary>Finds the type of a column of CSV text: the narrowest that holds all its cells and writes them as they are, but for zeros at
/// the end of a number. Codes such as 007 stay text.</summary>
/// <param name="index">The column's place.</param>
internal sealed class FoundType(int index)
{
    // More digits than a double holds for certain.
    private const int MostDigits = 15;

    private static readonly SearchValues<byte> s_ofTimes = SearchValues.Create("0123456789:."u8);

    private bool _hasValues;
    private bool _isBoolean = true;
    private bool _isWhole = true;
    private bool _isNumber = true;
    private bool _isMoment = true;
    private bool _hasTime;

    /// <summary>The type.</summary>
    public StoredType Type => !_hasValues ? new StoredType(StoredKind.Text)
        : _isBoolean ? new StoredType(StoredKind.Boolean)
        : _isWhole ? new StoredType(StoredKind.Int64)
        : _isNumber ? new StoredType(StoredKind.Double)
        : !_isMoment ? new StoredType(StoredKind.Text)
        : _hasTime ? new StoredType(StoredKind.Timestamp, Unit: "Micros")
        : new StoredType(StoredKind.Date);

    /// <summary>Looks at the cells of a block.</summary>
    public void Look(CsvDocument block)
    {
        for (int row = 0; row < block.RowCount; row++)
        {
            ReadOnlySpan<byte> cell = block.Content(row, index);
            if (cell.IsEmpty)
                continue;
            _hasValues = true;
            _isBoolean = _isBoolean && (Ascii.EqualsIgnoreCase(cell, "true"u8) || Ascii.EqualsIgnoreCase(cell, "false"u8));
            _isWhole = _isWhole && IsWhole(cell);
            _isNumber = _isNumber && IsNumber(cell);
            _isMoment = _isMoment && IsMoment(cell);
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> cell) =>
        IsPlain(cell) && long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static bool IsNumber(ReadOnlySpan<byte> cell)
    {
        if (Ascii.EqualsIgnoreCase(cell, "nan"u8))
            return true;
        int digits = 0;
        foreach (byte letter in cell)
            digits += char.IsAsciiDigit((char)letter) ? 1 : 0;
        return IsPlain(cell) && digits <= MostDigits
            && double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value);
    }

    // No plus sign, and no zeros that a number would not have.
    private static bool IsPlain(ReadOnlySpan<byte> cell)
    {
        ReadOnlySpan<byte> unsigned = cell[0] == (byte)'-' ? cell[1..] : cell;
        return !unsigned.IsEmpty && char.IsAsciiDigit((char)unsigned[0])
            && !(unsigned.Length > 1 && unsigned[0] == (byte)'0' && char.IsAsciiDigit((char)unsigned[1]));
    }

    private bool IsMoment(ReadOnlySpan<byte> cell)
    {
        // yyyy-MM-dd, and with a time behind a blank or T: no zone, which a column of times without zones would lose.
        bool isDay = cell.Length >= 10 && cell[4] == (byte)'-' && cell[7] == (byte)'-' && CellReader.TryParseMoment(cell[..10], out _);
        if (!isDay || cell.Length == 10)
            return isDay;
        _hasTime = true;
        ReadOnlySpan<byte> time = cell[11..];
        return cell[10] is (byte)' ' or (byte)'T' && time.Length is >= 5 and <= 15 && !time.ContainsAnyExcept(s_ofTimes)
            && CellReader.TryParseMoment(cell, out _);
    }
}
