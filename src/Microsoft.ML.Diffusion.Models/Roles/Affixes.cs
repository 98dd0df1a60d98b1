namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>What may stand before and behind the digits of an amount.</summary>
internal static class Affixes
{
    private static readonly HashSet<string> s_currencies = new(StringComparer.OrdinalIgnoreCase)
    {
        "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR", "GBP", "HKD", "HUF", "IDR",
        "ILS", "INR", "ISK", "JPY", "KRW", "KZT", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "RON", "RSD",
        "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR", "BTC", "ETH",
        "US$", "A$", "C$", "R$", "HK$", "NZ$", "S$", "NT$", "MX$", "Rs", "Rs.", "kr", "kr.", "Fr", "Fr.", "SFr.", "DM", "RM", "Rp", "R",
        "zł", "Kč", "Ft", "lei", "руб", "руб.", "р.",
    };

    private static readonly HashSet<string> s_times = new(StringComparer.OrdinalIgnoreCase)
    {
        "ms", "s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes", "h", "hr", "hrs", "hour", "hours",
        "d", "day", "days", "w", "wk", "week", "weeks",
    };

    /// <summary>Whether a text names a currency.</summary>
    public static bool IsCurrency(ReadOnlySpan<char> affix)
    {
        affix = affix.Trim();
        return (affix.Length == 1 && char.GetUnicodeCategory(affix[0]) == System.Globalization.UnicodeCategory.CurrencySymbol)
            || s_currencies.GetAlternateLookup<ReadOnlySpan<char>>().Contains(affix);
    }

    /// <summary>Whether a text can stand before the digits: a currency, or a sign such as ~ or #.</summary>
    public static bool CanLead(ReadOnlySpan<char> affix) => affix.Length == 0 || IsCurrency(affix);

    /// <summary>Whether a text can stand behind the digits: a currency, a percent sign or a unit.</summary>
    public static bool CanFollow(ReadOnlySpan<char> affix)
    {
        if (affix.Length == 0 || IsCurrency(affix))
            return true;
        affix = affix.Trim();
        if (affix.Length == 0)
            return false;
        foreach (char c in affix)
            if (!char.IsLetter(c) && c is not ('%' or '‰' or '°' or '/' or '²' or '³' or '"' or '\'' or '^' or '*' or '·' or '.' or ' '))
                return false;
        return true;
    }

    /// <summary>Whether a suffix is a unit of time whose numbers are durations.</summary>
    /// <remarks>A lone m or d is too often metres or a grade; it counts only with a column name that speaks of time.</remarks>
    public static bool IsTime(ReadOnlySpan<char> suffix, bool nameSpeaksOfTime)
    {
        suffix = suffix.Trim();
        return s_times.GetAlternateLookup<ReadOnlySpan<char>>().Contains(suffix) && (suffix is not ("m" or "d" or "w") || nameSpeaksOfTime);
    }

    /// <summary>Seconds in a unit of time.</summary>
    public static double Seconds(ReadOnlySpan<char> suffix) => char.ToLowerInvariant(suffix.Trim()[0]) switch
    {
        'm' when suffix.Trim().Equals("ms", StringComparison.OrdinalIgnoreCase) => 0.001,
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86400,
        _ => 7 * 86400,
    };
}
