namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Finds the columns of whole numbers that are a month and a day, with or without a year: in no row there is a 31 June, which
/// numbers that have nothing to do with each other would be in one row of 50.</summary>
internal static class CalendarSearch
{
    // How unlikely a relation must be by chance: e^-12. Few columns hold numbers of 1 to 12 and of 1 to 31: few candidates are tried.
    private const double Evidence = 12;

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
        int support = 0;
        int[] days = new int[32];
        Dictionary<(double Year, double Month), int> months = [];
        for (int row = 0; row < search.RowCount; row++)
        {
            double when = year < 0 ? CalendarRelation.LeapYear : search.Cell(row, year);
            double its = search.Cell(row, month), own = search.Cell(row, day);
            if (double.IsNaN(own + its + when))
                continue;
            if (!CalendarRelation.IsDate(when, its, own))
                return false;
            support++;
            days[(int)own]++;
            months[(when, its)] = months.GetValueOrDefault((when, its)) + 1;
        }
        // How many rows would be no date if the days had nothing to do with the months.
        double expected = months.Sum(each =>
        {
            int wrong = days.Where((_, own) => own > 0 && !CalendarRelation.IsDate(each.Key.Year, each.Key.Month, own)).Sum();
            return each.Value * (wrong / (double)support);
        });
        if (support < RelationSearch.FewestRows || expected < Evidence)
            return false;
        search.Found.Add(CalendarRelation.Create(search.Columns, year, month, day, support));
        return true;
    }
}
