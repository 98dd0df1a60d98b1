namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Finds the columns that are a month, as a whole number or in words, and a day, with or without a year: in no row there is a
/// 31 June, which columns that have nothing to do with each other would be in one row of 50.</summary>
/// <remarks>Without a year, 29 February is a day only where the rows have one. So it is in the rows of one year, whose column is
/// constant.</remarks>
internal static class CalendarSearch
{
    // How unlikely a relation must be by chance: e^-12. Few columns hold numbers of 1 to 12 and of 1 to 31: few candidates are tried.
    private const double Evidence = 12;

    public static void Run(RelationSearch search)
    {
        Dictionary<int, int[]?> months = search.Numbers.Where(column => IsWhole(search, column, 1, 12))
            .ToDictionary(column => column, _ => (int[]?)null);
        for (int column = 0; column < search.Columns.Count; column++)
        {
            if (MonthNames.Of(search.Columns[column]) is { } names)
                months.Add(column, names);
        }
        int[] days = [.. search.Numbers.Where(column => IsWhole(search, column, 1, 31) && search.Lattices[column].Maximum > 29)];
        int[] years = [.. search.Numbers.Where(column => IsWhole(search, column, 1000, 3000))];
        foreach ((int month, int[]? names) in months)
        {
            foreach (int day in days)
            {
                if (month == day || !search.GoesOn(search.RowCount))
                    continue;
                // With the year the relation says more, where the rows bear it out.
                int found = Array.FindIndex(years, year => Keep(search, year, month, names, day));
                if (found < 0)
                    Keep(search, CalendarRelation.AnyYear, month, names, day);
            }
        }
    }

    private static bool IsWhole(RelationSearch search, int column, double least, double most)
    {
        ColumnLattice lattice = search.Lattices[column];
        return lattice.Decimals == 0 && lattice.Minimum >= least && lattice.Maximum <= most;
    }

    private static bool Keep(RelationSearch search, int year, int month, int[]? names, int day)
    {
        int support = 0;
        bool hasLeapDay = false;
        int[] days = new int[32];
        Dictionary<(double Year, double Month), int> months = [];
        for (int row = 0; row < search.RowCount; row++)
        {
            double when = year < 0 ? CalendarRelation.YearOf(year) : search.Cell(row, year);
            double its = search.Cell(row, month), own = search.Cell(row, day);
            if (double.IsNaN(own + its + when))
                continue;
            its = names is null ? its : names[(int)its];
            if (!CalendarRelation.IsDate(when, its, own))
                return false;
            support++;
            hasLeapDay |= its == 2 && own == 29;
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
        if (year < 0 && !hasLeapDay)
            year = CalendarRelation.NoLeapYear;
        search.Found.Add(CalendarRelation.Create(search.Columns, year, month, day, support));
        return true;
    }
}
