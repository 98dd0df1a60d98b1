using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.ML.Diffusion.Parquet.Files;

namespace Microsoft.ML.Diffusion.Parquet.Formats;

/// <summary>Takes the values of arrays of Arrow.</summary>
internal static class ArrowCells
{
    /// <summary>Replaces the values of a column by those of an array.</summary>
    public static void Read(IArrowArray array, StoredValues values)
    {
        values.Clear();
        switch (array)
        {
            case BooleanArray flags:
                Add(array, values, flags.GetValue);
                break;
            case Decimal128Array numbers:
                Add(array, values, numbers.GetValue);
                break;
            case Date32Array days:
                Add(array, values, row => days.GetDateTime(row)?.Date);
                break;
            case Date64Array days:
                Add(array, values, row => days.GetDateTime(row)?.Date);
                break;
            case TimestampArray moments:
                (long ticks, long steps) = ArrowTypes.TicksOf(((TimestampType)moments.Data.DataType).Unit);
                Add<DateTime>(array, values, row => moments.GetValue(row) is { } count
                    ? new DateTime(DateTime.UnixEpoch.Ticks + checked(ArrowTypes.Floor(count, steps) * ticks), DateTimeKind.Utc) : null);
                break;
            case Time32Array times:
                AddTimes(array, (StoredTimes)values, row => times.GetValue(row));
                break;
            case Time64Array times:
                AddTimes(array, (StoredTimes)values, times.GetValue);
                break;
            case StringArray or LargeStringArray or StringViewArray or DictionaryArray:
                AddTexts(array, (StoredTexts)values);
                break;
            default:
                AddNumbers(array, values);
                break;
        }
    }

    /// <summary>The texts of a dictionary, in its order; a null has none.</summary>
    public static IEnumerable<string> LevelsOf(DictionaryArray array)
    {
        Func<int, string?> text = TextsOf(array.Dictionary);
        return Enumerable.Range(0, array.Dictionary.Length).Select(text).OfType<string>();
    }

    private static void AddNumbers(IArrowArray array, StoredValues values)
    {
        switch (array)
        {
            case Int8Array numbers:
                Add(array, values, numbers.GetValue);
                break;
            case Int16Array numbers:
                Add(array, values, numbers.GetValue);
                break;
            case Int32Array numbers:
                Add(array, values, numbers.GetValue);
                break;
            case Int64Array numbers:
                Add(array, values, numbers.GetValue);
                break;
            case UInt8Array numbers:
                Add(array, values, numbers.GetValue);
                break;
            case UInt16Array numbers:
                Add(array, values, numbers.GetValue);
                break;
            case UInt32Array numbers:
                Add(array, values, numbers.GetValue);
                break;
            case UInt64Array numbers:
                Add(array, values, numbers.GetValue);
                break;
            case FloatArray numbers:
                Add(array, values, numbers.GetValue);
                break;
            default:
                Add(array, values, ((DoubleArray)array).GetValue);
                break;
        }
    }

    private static void Add<T>(IArrowArray array, StoredValues values, Func<int, T?> read)
        where T : struct
    {
        var typed = (StoredValues<T>)values;
        for (int row = 0; row < array.Length; row++)
            typed.Add(read(row));
    }

    private static void AddTimes(IArrowArray array, StoredTimes values, Func<int, long?> read)
    {
        (long ticks, long steps) = ArrowTypes.TicksOf(((TimeType)array.Data.DataType).Unit);
        for (int row = 0; row < array.Length; row++)
            values.Add(read(row) is { } count ? new TimeSpan(checked(ArrowTypes.Floor(count, steps) * ticks)) : null);
    }

    private static void AddTexts(IArrowArray array, StoredTexts values)
    {
        Func<int, string?> read = array is DictionaryArray dictionary ? LevelsAt(dictionary) : TextsOf(array);
        for (int row = 0; row < array.Length; row++)
            values.Add(read(row));
    }

    private static Func<int, string?> LevelsAt(DictionaryArray array)
    {
        Func<int, string?> level = TextsOf(array.Dictionary);
        string?[] levels = [.. Enumerable.Range(0, array.Dictionary.Length).Select(level)];
        Func<int, long?> index = array.Indices switch
        {
            Int8Array indices => row => indices.GetValue(row),
            Int16Array indices => row => indices.GetValue(row),
            Int32Array indices => row => indices.GetValue(row),
            UInt8Array indices => row => indices.GetValue(row),
            UInt16Array indices => row => indices.GetValue(row),
            UInt32Array indices => row => indices.GetValue(row),
            UInt64Array indices => row => checked((long?)indices.GetValue(row)),
            _ => ((Int64Array)array.Indices).GetValue,
        };
        return row => index(row) is { } place ? levels[place] : null;
    }

    // Not by GetString, which reads whatever memory the offsets of a damaged file point to.
    private static Func<int, string?> TextsOf(IArrowArray array) => array switch
    {
        StringArray texts => row => texts.IsNull(row) ? null : Encoding.UTF8.GetString(texts.GetBytes(row)),
        LargeStringArray texts => row => texts.IsNull(row) ? null : Encoding.UTF8.GetString(texts.GetBytes(row)),
        _ => row => array.IsNull(row) ? null : Encoding.UTF8.GetString(((StringViewArray)array).GetBytes(row)),
    };
}
