namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Finds cells that are missing wherever another column has a certain value, or is missing itself.</summary>
internal static class MissingSearch
{
    private const int MostValues = 256;

    public static void Run(RelationSearch search)
    {
        int[] missing = [.. Enumerable.Range(0, search.Columns.Count)
            .Where(column => search.Lattices[column].Observed > 0
                && search.RowCount - search.Lattices[column].Observed >= RelationSearch.FewestRows)];
        foreach (int column in missing)
        {
            search.ThrowIfCancelled();
            double share = 1 - (search.Lattices[column].Observed / (double)search.RowCount);
            for (int from = 0; from < search.Columns.Count; from++)
            {
                ColumnLattice lattice = search.Lattices[from];
                bool hasValues = lattice.IsCategory || (lattice.Decimals == 0 && lattice.Distinct <= MostValues);
                if (from != column && (hasValues || lattice.Observed < search.RowCount))
                    Try(search, from, column, share, hasValues);
            }
        }
    }

    private static void Try(RelationSearch search, int from, int column, double share, bool hasValues)
    {
        // Values seen with a cell are out; those seen with none but missing cells are counted, missing ones under NaN.
        Dictionary<double, int> rows = Count(search.Sample[from], search.Sample[column], hasValues);
        foreach ((double value, int sampled) in rows.OrderBy(pair => pair.Key))
        {
            if (sampled <= 0)
                continue;
            int support = 0;
            bool isBroken = false;
            for (int row = 0; row < search.RowCount && !isBroken; row++)
            {
                double cell = search.Cell(row, from);
                if (!cell.Equals(value))
                    continue;
                support++;
                isBroken = !double.IsNaN(search.Cell(row, column));
            }
            if (!isBroken && support >= RelationSearch.FewestRows && -support * Math.Log(share) >= RelationSearch.Evidence)
                search.Found.Add(MissingRelation.Create(search.Columns, from, value, column, support));
        }
    }

    private static Dictionary<double, int> Count(double[] from, double[] cells, bool hasValues)
    {
        Dictionary<double, int> rows = [];
        for (int row = 0; row < from.Length; row++)
        {
            if (!hasValues && !double.IsNaN(from[row]))
                continue;
            int count = rows.GetValueOrDefault(from[row]);
            rows[from[row]] = count < 0 || !double.IsNaN(cells[row]) ? -1 : count + 1;
        }
        return rows;
    }
}
