namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Finds cells that are missing wherever another column has a certain value, or is missing itself, and then the values of the
/// same column with which they are always given.</summary>
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
                if (from == column || (!hasValues && lattice.Observed == search.RowCount))
                    continue;
                // A column that never says that the cell is missing does not decide it, and a cell that is given by chance is no rule.
                if (Try(search, from, column, share, hasValues, isGiven: false))
                    Try(search, from, column, 1 - share, hasValues, isGiven: true);
            }
        }
    }

    // Whether a value of the other column decides.
    private static bool Try(RelationSearch search, int from, int column, double share, bool hasValues, bool isGiven)
    {
        bool isDecided = false;
        foreach (double value in Candidates(search.Sample[from], search.Sample[column], hasValues, isGiven).Order())
        {
            int support = 0;
            bool isBroken = false;
            for (int row = 0; row < search.RowCount && !isBroken; row++)
            {
                double cell = search.Cell(row, from);
                if (!cell.Equals(value))
                    continue;
                support++;
                isBroken = double.IsNaN(search.Cell(row, column)) == isGiven;
            }
            if (isBroken || support < RelationSearch.FewestRows || -support * Math.Log(share) < RelationSearch.Evidence)
                continue;
            search.Found.Add(MissingRelation.Create(search.Columns, from, value, column, isGiven, support));
            isDecided |= !double.IsNaN(value);
        }
        return isDecided;
    }

    // Values, NaN for missing, that come with a missing cell and with no other; or with a given one and with no other.
    private static HashSet<double> Candidates(double[] from, double[] cells, bool hasValues, bool isGiven)
    {
        HashSet<double> candidates = [];
        for (int row = 0; row < from.Length; row++)
        {
            // That cells are given together is said by where they are missing together.
            bool isCandidate = double.IsNaN(from[row]) ? !isGiven : hasValues;
            if (isCandidate && double.IsNaN(cells[row]) != isGiven)
                candidates.Add(from[row]);
        }
        for (int row = 0; row < from.Length && candidates.Count > 0; row++)
        {
            if (double.IsNaN(cells[row]) == isGiven)
                candidates.Remove(from[row]);
        }
        return candidates;
    }
}
