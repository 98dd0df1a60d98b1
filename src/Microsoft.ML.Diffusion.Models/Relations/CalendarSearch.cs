namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Finds the columns of whole numbers that are a month and a day, with or without a year: in no row there is a 31 June, which
/// numbers that have nothing to do with each other would be in one row of 50.</summary>
internal static class CalendarSearch
{
    public static void Run(RelationSearch search)
    {
        int[] months = [.. search.Numbers.Where(column => IsWhole(search, column, 1, 12) && search.Lattices[column].Distinct > 1)];
        int[] days = [.. search.Numbers.Where(column => IsWhole(search, column, 1, 31) && search.Lattices[column].Maximum > 29)];
        int[] years = [.. search.Numbers.Where(column => IsWhole(search, column, 1000, 3000))];
        foreach (int month in months)
        {
            foreach (int day in days)
            {
                if (month == day || !search.GoesOn())
                    continue;
                // With the year the relation says more, where the rows bear it out.
                int found = Array.FindIndex(years, year => Keep(search, year, month, day));
                if (found < 0)
                    Keep(search, -1, month, day);
            }
        }
    }

    private static bool IsWhole(RelationSearch search, int column, double least, double most)
    {
        ColumnLattice lattice = search.Lattices[column];
        return lattice.Decimals == 0 && lattice.Minimum >= least && lattice.Maximum <= most;
    }

    private static bool Keep(RelationSearch search, int year, int month, int day)
    {
        int support = 0, crossed = 0, shift = Math.Max(1, search.RowCount * 3 / 7);
        for (int row = 0; row < search.RowCount; row++)
        {
            (double when, double its, double own) = Cells(row);
            if (double.IsNaN(own + its + when))
                continue;
            if (!CalendarRelation.IsDate(when, its, own))
                return false;
            support++;
            // The day of one row with the month of another: how often numbers without a bond are no date.
            (double otherYear, double other, _) = Cells((row + shift) % search.RowCount);
            if (!double.IsNaN(otherYear + other) && !CalendarRelation.IsDate(otherYear, other, own))
                crossed++;
        }
        if (support < RelationSearch.FewestRows || crossed < RelationSearch.Evidence)
            return false;
        search.Found.Add(CalendarRelation.Create(search.Columns, year, month, day, support));
        return true;

        (double Year, double Month, double Day) Cells(int row) =>
            (year < 0 ? CalendarRelation.LeapYear : search.Cell(row, year), search.Cell(row, month), search.Cell(row, day));
    }
}
