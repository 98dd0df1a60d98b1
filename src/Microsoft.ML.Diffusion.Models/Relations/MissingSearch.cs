namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Finds cells that are missing wherever another column has a certain value, or is missing itself.</summary>
internal static class MissingSearch
{
    private const int MostValues = 256;

    public static void Run(RelationSearch search)
    {
        int[] missing = [.. Enumerable.Range(0, search.Columns.Count)
            .Where(column => search.Lattices[column].Observed > 0
                && search.RowCount - search.Lattices[column].Observed >= RelationSearch.FewestRows)
            .Take(RelationSearch.MostColumns)];
        foreach (int column in missing)
        {
            if (!search.GoesOn(search.Columns.Count * (long)search.SampleRows))
                return;
            double share = 1 - (search.Lattices[column].Observed / (double)search.RowCount);
            for (int from = 0; from < Math.Min(search.Columns.Count, RelationSearch.MostColumns); from++)
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
        foreach (double value in Candidates(search.Sample[from], search.Sample[column], hasValues).Order())
        {
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

    // Values, NaN for missing, that come with a missing cell and with no other.
    private static HashSet<double> Candidates(double[] from, double[] cells, bool hasValues)
    {
        HashSet<double> candidates = [];
        for (int row = 0; row < from.Length; row++)
        {
            if (double.IsNaN(cells[row]) && (hasValues || double.IsNaN(from[row])))
                candidates.Add(from[row]);
        }
        for (int row = 0; row < from.Length && candidates.Count > 0; row++)
        {
            if (!double.IsNaN(cells[row]))
                candidates.Remove(from[row]);
        }
        return candidates;
    }
}
