using System.Globalization;

namespace Microsoft.ML.Data;

// Turns a field into a value of a column; false where it cannot.
internal delegate bool TextParser<T>(ReadOnlyMemory<char> field, out T value);

internal static class TextValues
{
    private const NumberStyles Real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent
        | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    public static TextParser<T> Parser<T>(PrimitiveDataViewType type, TextLoader.Options options)
    {
        if (type is KeyDataViewType key)
            return Key<T>(key.Count);
        Delegate parser = type.RawType == typeof(ReadOnlyMemory<char>) ? (TextParser<ReadOnlyMemory<char>>)Text
            : type.RawType == typeof(bool) ? (TextParser<bool>)Boolean
            : type.RawType == typeof(float) ? Reals<float>(options)
            : type.RawType == typeof(double) ? Reals<double>(options)
            : type.RawType == typeof(DateTime) ? Parsable(static (string s, out DateTime v) => DateTime.TryParse(s, CultureInfo.InvariantCulture, out v))
            : type.RawType == typeof(DateTimeOffset) ? Parsable(static (string s, out DateTimeOffset v) => DateTimeOffset.TryParse(s, CultureInfo.InvariantCulture, out v))
            : type.RawType == typeof(TimeSpan) ? Parsable(static (string s, out TimeSpan v) => TimeSpan.TryParse(s, CultureInfo.InvariantCulture, out v))
            : null;
        return (TextParser<T>)parser ?? Integer<T>();
    }

    private static bool Text(ReadOnlyMemory<char> field, out ReadOnlyMemory<char> value)
    {
        value = field;
        return true;
    }

    private static bool Boolean(ReadOnlyMemory<char> field, out bool value)
    {
        switch (field.Span.Trim().ToString().ToLowerInvariant())
        {
            case "1" or "+1" or "+" or "true" or "t" or "yes" or "y":
                value = true;
                return true;
            case "" or "0" or "-1" or "-" or "false" or "f" or "no" or "n":
                value = false;
                return true;
            default:
                value = false;
                return false;
        }
    }

    // What is not a number is NaN.
    private static TextParser<T> Reals<T>(TextLoader.Options options) where T : System.Numerics.IFloatingPointIeee754<T>
    {
        T empty = options.MissingRealsAsNaNs ? T.NaN : T.Zero;
        return (ReadOnlyMemory<char> field, out T value) =>
        {
            ReadOnlySpan<char> text = field.Span.Trim();
            if (text.IsEmpty)
            {
                value = empty;
                return true;
            }
            if (options.DecimalMarker != '.')
                text = text.ToString().Replace(options.DecimalMarker, '.');
            if (T.TryParse(text, Real, CultureInfo.InvariantCulture, out value))
                return true;
            value = text switch
            {
                "∞" or "+∞" or "Infinity" => T.PositiveInfinity,
                "-∞" or "-Infinity" => T.NegativeInfinity,
                _ => T.NaN,
            };
            return !T.IsNaN(value) || text is "?" or "NaN";
        };
    }

    // Counted from 0 in the text; beyond the count is missing.
    private static TextParser<T> Key<T>(ulong count) => (ReadOnlyMemory<char> field, out T value) =>
    {
        bool valid = ulong.TryParse(field.Span, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number < count;
        value = (T)Convert.ChangeType(valid ? number + 1 : 0, typeof(T), CultureInfo.InvariantCulture);
        return valid || field.IsEmpty;
    };

    private static TextParser<T> Integer<T>() => (ReadOnlyMemory<char> field, out T value) =>
    {
        value = default;
        ReadOnlySpan<char> text = field.Span.Trim();
        if (text.IsEmpty)
            return true;
        if (text[0] == '+' || !Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 number))
            return false;
        try
        {
            value = (T)Convert.ChangeType((decimal)number, typeof(T), CultureInfo.InvariantCulture);
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    };

    private delegate bool TryParse<T>(string text, out T value);

    private static TextParser<T> Parsable<T>(TryParse<T> tryParse) => (ReadOnlyMemory<char> field, out T value) =>
    {
        value = default;
        return field.Span.IsWhiteSpace() || tryParse(field.ToString(), out value);
    };
}
