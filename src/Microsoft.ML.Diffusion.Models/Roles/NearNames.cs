namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Names the known words that are nearest to an unknown one, or hold it, for a message that says what could have been
/// meant.</summary>
internal static class NearNames
{
    /// <returns><c>; did you mean A or B?</c>, or a full stop where nothing is near.</returns>
    public static string Ask(string unknown, IEnumerable<string> known)
    {
        string[] near = [.. known
            .Select(name => (Name: name, Distance: Distance(unknown.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(pair => pair.Distance <= Math.Max(2, unknown.Length / 3)
                || pair.Name.Contains(unknown, StringComparison.OrdinalIgnoreCase))
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Name, StringComparer.Ordinal)
            .Take(3).Select(pair => pair.Name)];
        return near.Length == 0 ? "." : $"; did you mean {string.Join(" or ", near)}?";
    }

    // Levenshtein's distance, one row of its table at a time.
    private static int Distance(string a, string b)
    {
        int[] above = [.. Enumerable.Range(0, b.Length + 1)];
        var row = new int[b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                row[j] = Math.Min(Math.Min(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            (above, row) = (row, above);
        }

        return above[b.Length];
    }
}
