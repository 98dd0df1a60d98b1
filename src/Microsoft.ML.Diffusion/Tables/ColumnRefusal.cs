using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Refusals of columns. They name no parameter, since the one that the caller gave is another than that of the method which looks
/// at the columns.</summary>
internal static class ColumnRefusal
{
    /// <summary>The refusal of a column that a view does not have, with the names that are like it.</summary>
    /// <param name="name">The column asked for.</param>
    /// <param name="known">The columns that there are.</param>
    public static ArgumentException Unknown(string name, IEnumerable<string> known) => Of(UnknownSentence(name, known));

    /// <inheritdoc cref="Unknown(string, IEnumerable{string})"/>
    public static ArgumentException Unknown(string name, DataViewSchema schema) => Unknown(name, Visible(schema));

    /// <summary>What is wrong with the name of a column, in a sentence.</summary>
    public static string UnknownSentence(string name, IEnumerable<string> known) =>
        $"Column '{name}' is not in the view{NearNames.Ask(name, known)}";

    /// <summary>Names of the columns that are not hidden behind others.</summary>
    public static IEnumerable<string> Visible(DataViewSchema schema) =>
        schema.Where(column => !column.IsHidden).Select(column => column.Name);

    /// <summary>Refuses roles of columns that the view does not have.</summary>
    /// <exception cref="ArgumentException">There are some; the message names near ones.</exception>
    public static void CheckRoles(ColumnRoles? roles, DataViewSchema schema)
    {
        string[] visible = [.. Visible(schema)];
        foreach (ColumnEntry entry in roles ?? Enumerable.Empty<ColumnEntry>())
        {
            if (!visible.Contains(entry.Name, StringComparer.Ordinal))
                throw Of($"The option Roles names a column that is not in the view: '{entry.Name}'{NearNames.Ask(entry.Name, visible)}");
        }
    }

    /// <summary>The refusal with a sentence of its own.</summary>
#pragma warning disable MA0015 // The name of a parameter would be an internal one.
    public static ArgumentException Of(string sentence, Exception? inner = null) => new(sentence, inner);
#pragma warning restore MA0015
}
