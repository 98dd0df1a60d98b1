using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>Variables that are all of the same two words, such as the pixels of a picture: the more frequent word is 0 and the other one is
/// 1 in each of them, those that only ever have one of the words among them.</summary>
internal static class SharedWords
{
    /// <summary>Gives all variables the same two categories.</summary>
    /// <param name="sources">The variables, whose categories are in their final order.</param>
    /// <param name="items">Their cells, whose codes change.</param>
    /// <returns>The words for 0 and 1; none where the variables are not of the same two words.</returns>
    public static string[] Share(SeriesSources sources, List<Data.Series> items)
    {
        ViewColumn[] columns = [.. sources.Categories.OfType<ViewColumn>()];
        if (columns.Length < Math.Max(2, sources.Variables.Length))
            return [];
        string[][] names = [.. columns.Select(column => column.TableColumns.Single().Categories.ToArray())];
        Dictionary<string, long> counts = Count(names, items);
        string[] two = [.. counts.OrderByDescending(each => each.Value).ThenBy(each => each.Key, StringComparer.Ordinal)
            .Take(2).Select(each => each.Key)];
        if (two.Length < 2)
            return [];
        long all = counts.Values.Sum(), others = all - counts[two[0]] - counts[two[1]];
        // In pictures a few other words are a slip: they are read as missing, and stay.
        if (others > (columns.Length < PictureLimits.FewestVariables ? 0 : PictureLimits.MostOthers * all))
            return [];
        for (int v = 0; v < columns.Length; v++)
            Take(columns[v], names[v], two, items, v, columns.Length);
        return two;
    }

    private static Dictionary<string, long> Count(string[][] names, List<Data.Series> items)
    {
        long[][] ofVariables = [.. names.Select(own => new long[own.Length])];
        foreach (Data.Series series in items)
        {
            for (int i = 0; i < series.Cells.Length; i++)
            {
                if (!double.IsNaN(series.Cells[i]))
                    ofVariables[i % names.Length][(int)series.Cells[i]]++;
            }
        }
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        for (int v = 0; v < names.Length; v++)
        {
            for (int code = 0; code < names[v].Length; code++)
                CollectionsMarshal.GetValueRefOrAddDefault(counts, names[v][code], out _) += ofVariables[v][code];
        }
        return counts;
    }

    private static void Take(ViewColumn column, string[] names, string[] two, List<Data.Series> items, int variable, int width)
    {
        // A key says which words it may be.
        if (column.Type is not TextDataViewType && !Array.TrueForAll(two, word => names.Contains(word, StringComparer.Ordinal)))
            return;
        double[] codes = [.. names.Select(name => Array.IndexOf(two, name) is var code and >= 0 ? code : double.NaN)];
        column.TakeCategories(two);
        foreach (double[] cells in items.Select(series => series.Cells))
        {
            for (int i = variable; i < cells.Length; i += width)
                cells[i] = double.IsNaN(cells[i]) ? double.NaN : codes[(int)cells[i]];
        }
    }
}
