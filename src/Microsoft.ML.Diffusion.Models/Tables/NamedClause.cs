namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>A text such as <c>age=17..90</c>: the name of a column, an equals sign, and what is said of it.</summary>
internal static class NamedClause
{
    /// <summary>Cuts at the first equals sign that has the name of a column before it, since names may hold one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isName">Whether a column has a name.</param>
    /// <returns>The name, and what stands behind the sign, without blanks around them; null where no column is named.</returns>
    public static (string Name, string Value)? Split(string text, Predicate<string> isName)
    {
        for (int at = text.IndexOf('=', StringComparison.Ordinal); at >= 0; at = text.IndexOf('=', at + 1))
        {
            string name = text[..at].Trim();
            if (isName(name))
                return (name, text[(at + 1)..].Trim());
        }
        return null;
    }
}
