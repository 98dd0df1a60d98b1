namespace Microsoft.ML.Diffusion.Tool;

/// <summary>Names like one that is unknown, for a message that says what could have been meant.</summary>
internal static class NearNames
{
    /// <returns><c>; did you mean A or B?</c>, or a full stop where nothing is near.</returns>
    public static string Ask(string unknown, IEnumerable<string> known)
    {
        string[] near = [.. known
            .Select(name => (Name: name, Distance: Distance(unknown.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(x => x.Distance <= Math.Max(2, unknown.Length / 3) || x.Name.Contains(unknown, StringComparison.OrdinalIgnoreCase))
            .OrderBy(x => x.Distance).ThenBy(x => x.Name, StringComparer.Ordinal)
            .Take(3)
            .Select(x => x.Name)];
        return near.Length == 0 ? "." : $"; did you mean {string.Join(" or ", near)}?";
    }

    // Levenshtein's distance, one row of the table at a time.
    private static int Distance(string a, string b)
    {
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
                current[j] = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
