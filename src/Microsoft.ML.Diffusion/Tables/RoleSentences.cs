using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>What the log says of the roles of columns.</summary>
internal static class RoleSentences
{
    /// <summary>Tells what a column is, why, and what comes of it.</summary>
    public static void Tell(ViewColumn column, ColumnEntry entry, ColumnFacts facts, RoleUse use, RolePolicy roles, IReadingLog log)
    {
        string name = column.Name;
        string start = $"Column '{name}' is not learnt ({entry.Reason})";
        if (use is RoleUse.FreshKeys)
            log.Warn($"{start}; rows that are made have new values. {Remedy(roles)}");
        else if (use is RoleUse.LeftOut && roles.Generates)
            log.Warn($"{start}. It stays empty in rows that are made, so that no value of a real row appears in them. " +
                Invented(entry.Role, roles) + Remedy(roles));
        else if (use is RoleUse.LeftOut)
            log.Warn($"{start}: it stays as it is, and nothing is predicted from it. {Remedy(roles)}");
        else
            log.Tell($"Column '{name}' is of the role {entry.Role.ToName()}: {entry.Reason}.");
        if (use == RoleUse.Coded && !facts.IsTold && entry.MissingMarks.Count > 0)
            log.Warn($"Column '{name}' has {string.Join(", ", entry.MissingMarks.Select(mark => $"'{mark}'"))}, which stay as they are " +
                "and count as missing for the other columns. To have them filled in, give Roles the MissingMarks of the column, as " +
                "InferColumnRoles finds them.");
    }

    private static string Invented(ColumnRole role, RolePolicy roles) => role switch
    {
        ColumnRole.Key when roles.Keys == IdentifierHandling.MakeAnew => "",
        ColumnRole.Key => "The option Keys has new ones made. ",
        _ when roles.PersonalTexts == IdentifierHandling.MakeAnew => "",
        _ => "The option PersonalTexts has values of the same look made. ",
    };

    private static string Remedy(RolePolicy roles) => roles.Generates
        ? "Name it in the option Columns to learn its values all the same, or in IgnoredColumns to leave it out."
        : "Give it another role in the option Roles to learn from it all the same.";
}
