using System.Globalization;
using Microsoft.ML.Diffusion.Models.Privacy;
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
        // At the first equals sign that has the name of a column before it, since names may hold one.
        for (int at = domain.IndexOf('=', StringComparison.Ordinal); at >= 0; at = domain.IndexOf('=', at + 1))
        {
            string name = domain[..at].Trim();
            if (table.Columns.FirstOrDefault(column => column.Name == name) is not { Format.Entry: not null } column)
                continue;
            string[] ends = domain[(at + 1)..].Split("..");
            return ends.Length == 2 && WhereClauses.TryNumber(table, column, ends[0].Trim(), out double least)
                && WhereClauses.TryNumber(table, column, ends[1].Trim(), out double most)
                ? string.Create(CultureInfo.InvariantCulture, $"{name}={least:R}..{most:R}") : domain;
        }
        return domain;
    }
}
