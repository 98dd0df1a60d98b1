namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Spellings of yes and no.</summary>
internal static class YesNoWords
{
    private static readonly (string No, string Yes)[] s_pairs =
    [
        ("no", "yes"), ("n", "y"), ("false", "true"), ("f", "t"), ("off", "on"), ("nein", "ja"), ("n", "j"), ("non", "oui"), ("n", "o"),
        ("no", "si"), ("no", "sí"), ("n", "s"), ("não", "sim"), ("nao", "sim"), ("nee", "ja"), ("nej", "ja"), ("nie", "tak"), ("нет", "да"),
        ("ne", "da"), ("ne", "ano"), ("否", "是"), ("いいえ", "はい"), ("absent", "present"), ("negative", "positive"), ("disabled", "enabled"),
        ("hayır", "evet"), ("✗", "✓"),
    ];

    /// <summary>Whether two words are no and yes, in either order.</summary>
    /// <param name="a">One word.</param>
    /// <param name="b">The other word.</param>
    /// <param name="secondIsYes">True where <paramref name="b"/> means yes.</param>
    public static bool ArePair(string a, string b, out bool secondIsYes)
    {
        secondIsYes = Array.Exists(s_pairs, pair => Same(pair.No, a) && Same(pair.Yes, b));
        return secondIsYes || Array.Exists(s_pairs, pair => Same(pair.No, b) && Same(pair.Yes, a));
    }

    /// <summary>Whether a word means yes, or is a mark in a box, so that an empty cell beside it most often means no.</summary>
    public static bool MeansYes(string word) => word is "x" or "X" or "✔" or "☑" or "☒"
        || Array.Exists(s_pairs, pair => Same(pair.Yes, word));

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
