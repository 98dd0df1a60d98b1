namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Finds columns of numbers of which one is never above the other, and columns that are never negative.</summary>
internal static class OrderSearch
{
    // Ranges that hardly overlap say nothing: of two numbers drawn from different rows at least this share must be in the wrong order.
    private const double FewestWrong = .02;
    private const int FewestValues = 10;

    public static void Run(RelationSearch search)
    {
        int[] numbers = [.. search.Numbers.Where(column => search.Lattices[column].Distinct >= FewestValues)];
        HashSet<(int, int)> orders = [];
        foreach (int a in numbers)
        {
            if (!search.GoesOn(numbers.Length * (long)search.SampleRows))
                return;
            foreach (int b in numbers)
            {
                if (a != b && !search.AreLinked(a, b) && IsLikely(search, a, b))
                    orders.Add((a, b));
            }
        }
        foreach ((int a, int b) in orders)
        {
            if (!search.GoesOn(search.RowCount))
                return;
            // a <= b follows from a <= c and c <= b.
            if (!numbers.Any(c => orders.Contains((a, c)) && orders.Contains((c, b))))
                Keep(search, a, b);
        }
        foreach (int column in numbers)
        {
            if (!search.GoesOn(search.RowCount))
                return;
            KeepSign(search, column);
        }
    }

    private static bool IsLikely(RelationSearch search, int a, int b)
    {
        ColumnLattice x = search.Lattices[a], y = search.Lattices[b];
        // Of the same unit: spreads of the same size, the smaller number on no other scale.
        double ratio = x.Deviation / y.Deviation;
        if (ratio is < .1 or > 10 || x.Maximum <= y.Minimum)
            return false;
        double[] low = search.Sample[a], high = search.Sample[b];
        int pairs = 0, wrong = 0, crossed = 0, shift = Math.Max(1, low.Length * 3 / 7);
        for (int row = 0; row < low.Length; row++)
        {
            if (low[row] > high[row])
                return false;
            if (!double.IsNaN(low[row]) && !double.IsNaN(high[row]))
                pairs++;
            double other = high[(row + shift) % high.Length];
            if (double.IsNaN(low[row]) || double.IsNaN(other))
                continue;
            crossed++;
            if (low[row] > other)
                wrong++;
        }
        double share = wrong / Math.Max(1.0, crossed);
        return pairs >= RelationSearch.FewestRows && share >= FewestWrong && share * pairs >= RelationSearch.Evidence;
    }

    private static void Keep(RelationSearch search, int a, int b)
    {
        double[] low = search.Sample[a], high = search.Sample[b];
        bool isWhole = search.Lattices[a].Decimals == 0 && search.Lattices[b].Decimals == 0;
        int equal = 0, near = 0;
        for (int row = 0; row < low.Length; row++)
        {
            if (low[row] == high[row])
                equal++;
            else if (high[row] - low[row] <= 1)
                near++;
        }
        Expression x = Expression.Cell(a), y = Expression.Cell(b);
        // "Less" only where equal numbers were to be expected: among whole numbers that often differ by 1.
        if (isWhole && equal == 0 && near >= FewestValues
            && search.Keep(ComparisonRelation.Create(search.Columns, x, Comparison.Less, y, 0, isSingle: false)))
            return;
        search.Keep(ComparisonRelation.Create(search.Columns, x, Comparison.LessOrEqual, y, 0, isSingle: false));
    }

    private static void KeepSign(RelationSearch search, int column)
    {
        ColumnLattice lattice = search.Lattices[column];
        // A smallest number far from 0 is a bound of its own, and 0 says nothing.
        if (lattice.Minimum < 0 || lattice.Minimum > .05 * (lattice.Maximum - lattice.Minimum))
            return;
        Comparison comparison = lattice.Minimum > 0 ? Comparison.Greater : Comparison.GreaterOrEqual;
        search.Keep(ComparisonRelation.Create(search.Columns, Expression.Cell(column), comparison, Expression.Constant(0), 0,
            isSingle: false));
    }
}
