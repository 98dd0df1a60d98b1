namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Words that usually mean "missing".</summary>
public static class MissingWords
{
    private static readonly HashSet<string> s_certain = new(StringComparer.OrdinalIgnoreCase)
    {
        "NA", "N/A", "#N/A", "<NA>", "n.a.", "n/d", "k.A.", "NaN", "-NaN", "1.#QNAN", "NaT", "null", "(null)", "#NULL!", "\\N", "nil",
        "None", "-", "--", "---", "?", "??", ".", "..", "...", "*", "#", "\u2013", "\u2014", "#DIV/0!", "#VALUE!", "#REF!", "0000-00-00",
            "00/00/0000", "00.00.0000",
    };

    private static readonly HashSet<string> s_possible = new(StringComparer.OrdinalIgnoreCase)
    {
        "unknown", "unk", "undefined", "unspecified", "not known", "not available", "not applicable", "not specified", "not recorded",
        "missing", "no data", "no answer", "refused", "blank", "empty", "tbd", "xx", "xxx", "unbekannt", "inconnu", "desconocido",
    };

    private static readonly HashSet<double> s_sentinels = [-1, -9, 9, 99, -99, 999, -999, 9999, -9999, 99999, -99999, 999999, -999999,
        9999999];

    /// <summary>Whether a cell (without outer blanks) means "missing" wherever it stands.</summary>
    public static bool IsCertain(ReadOnlySpan<char> text) => text.Length <= 10
        && s_certain.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text);

    /// <summary>Whether a word may mean "missing", which a person has to say.</summary>
    public static bool IsPossible(ReadOnlySpan<char> text) => text.Length <= 16
        && s_possible.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text);

    /// <summary>Whether a number is one of those that people write for "missing".</summary>
    internal static bool IsSentinel(double value) => s_sentinels.Contains(value);
}
