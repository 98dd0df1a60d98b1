using System.Globalization;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;

namespace Microsoft.ML.Diffusion.Tool.Synthesis;

/// <summary>What <c>--domain</c> says of dates, amounts and durations: a range in the spelling of the column, which the method is given in
/// numbers.</summary>
internal static class DomainClauses
{
    /// <summary>Replaces such ranges; other domains stay as they are.</summary>
    /// <param name="options">Options of a method; nothing happens to one that knows no domains.</param>
    /// <param name="table">The file whose columns are named.</param>
    public static void Translate(object options, BlockTable table)
    {
        if (options is IPrivateOptions method)
            method.Domains = Array.ConvertAll(method.Domains, domain => InNumbers(domain, table));
    }

    private static string InNumbers(string domain, BlockTable table)
    {
        if (NamedClause.Split(domain, name => table.Columns.Any(column => column.Name == name)) is not { } clause)
            return domain;
        ColumnFinding column = table.Columns.First(column => column.Name == clause.Name);
        string[] ends = clause.Value.Split("..");
        return column.Format?.Entry is not null && ends.Length == 2
            && WhereClauses.TryNumber(table, column, ends[0].Trim(), out double least)
            && WhereClauses.TryNumber(table, column, ends[1].Trim(), out double most)
            ? string.Create(CultureInfo.InvariantCulture, $"{clause.Name}={least:R}..{most:R}") : domain;
    }
}
