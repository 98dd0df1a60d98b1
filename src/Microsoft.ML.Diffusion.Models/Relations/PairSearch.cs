namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Finds numbers that are computed from one other: <c>a = b</c>, <c>b = a + k</c>, <c>b = k * a</c>, <c>b = k * a +
/// m</c>.</summary>
internal static class PairSearch
{
    public static void Run(RelationSearch search)
    {
        int[] numbers = search.Numbers;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!search.GoesOn((numbers.Length - i) * (long)search.SampleRows))
                return;
            for (int j = i + 1; j < numbers.Length; j++)
            {
                // One of two equal columns is enough to compare others with.
                if (!Enumerable.Range(0, i).Any(k => search.AreLinked(numbers[k], numbers[i]) && search.AreLinked(numbers[k], numbers[j])))
                    Try(search, numbers[i], numbers[j]);
            }
        }
    }

    // The finer column is computed, where that is exact; otherwise the coarser one was rounded. Of two alike the later one is computed.
    private static void Try(RelationSearch search, int a, int b)
    {
        if (search.Lattices[a].Unit < search.Lattices[b].Unit)
            (a, b) = (b, a);
        if (!TryComputed(search, a, b) && search.Lattices[a].Unit > search.Lattices[b].Unit)
            TryComputed(search, b, a);
    }

    private static bool TryComputed(RelationSearch search, int a, int b)
    {
        if (Line(search, a, b) is not ({ } slope, { } intercept))
            return false;
        ColumnLattice from = search.Lattices[a], to = search.Lattices[b];
        double reach = Math.Max(to.Unit, 1e-7 * to.LargestSize);
        bool isShift = Math.Abs(Math.Abs(slope) - 1) * (from.Maximum - from.Minimum) <= reach;
        if (!isShift && (from.Distinct < 5 || to.Distinct < 5))
            return false;
        double k = isShift ? Math.Sign(slope) : Shortest(slope, reach / (2 * (from.Maximum - from.Minimum)));
        double m = Shortest(intercept + ((slope - k) * (from.Maximum + from.Minimum) / 2), reach / 2);
        if (Keep(search, a, b, k, m))
            return true;
        // A pure ratio is found from the largest numbers, where rounding is least.
        return Math.Abs(intercept) <= 2 * reach && Ratio(search, a, b) is { } ratio && Keep(search, a, b, ratio, 0);
    }

    private static bool Keep(RelationSearch search, int a, int b, double k, double m)
    {
        // A factor of 0 computes nothing from the other column, and one that is not finite comes of numbers near the end of their range.
        if (k == 0 || !double.IsFinite(k) || !double.IsFinite(m))
            return false;
        (Expression x, Expression y) = (Expression.Cell(a), Expression.Cell(b));
        // Of a ratio and its reciprocal the one above 1 is easier to read, where both are exact.
        bool isTurned = m == 0 && Math.Abs(k) < 1 && double.IsFinite(1 / k) && 1 / k == Math.Round(1 / k)
            && search.Lattices[a].Decimals == search.Lattices[b].Decimals;
        if (isTurned)
            (x, y, k, a, b) = (y, x, Math.Round(1 / k), b, a);
        Expression left = y, right;
        if (k == -1)
            (left, right) = (Expression.Of('+', x, y), Expression.Constant(m));
        else
        {
            right = k == 1 ? x : Expression.Of('*', Expression.Constant(k), x);
            if (m != 0)
                right = Expression.Of(m > 0 ? '+' : '-', right, Expression.Constant(Math.Abs(m)));
        }
        ComparisonRelation relation =
            ComparisonRelation.Create(search.Columns, left, Comparison.Equal, right, search.HalfUnit(b), search.IsSingle(a, b));
        if (!search.Keep(relation))
            return false;
        search.Link(a, b);
        return true;
    }

    // The line through the pairs with the smallest and largest first number, where no other pair lies beside it.
    private static (double? Slope, double? Intercept) Line(RelationSearch search, int a, int b)
    {
        double[] x = search.Sample[a], y = search.Sample[b];
        int lowest = -1, highest = -1, pairs = 0;
        for (int row = 0; row < x.Length; row++)
        {
            if (double.IsNaN(x[row]) || double.IsNaN(y[row]))
                continue;
            pairs++;
            if (lowest < 0 || x[row] < x[lowest])
                lowest = row;
            if (highest < 0 || x[row] > x[highest])
                highest = row;
        }
        if (pairs < RelationSearch.FewestRows || x[lowest] == x[highest] || y[lowest] == y[highest])
            return (null, null);
        double slope = (y[highest] - y[lowest]) / (x[highest] - x[lowest]);
        double intercept = y[lowest] - (slope * x[lowest]);
        double rounding = 2e-6 * search.Lattices[b].LargestSize, reach = (2 * search.Lattices[b].Unit) + rounding;
        // Numbers that differ by less than their rounding lie on every line.
        if (search.Hides(rounding, b))
            return (null, null);
        int beside = 0;
        for (int row = 0; row < x.Length; row++)
        {
            if (Math.Abs(y[row] - intercept - (slope * x[row])) > reach)
                return (null, null);
            // Neither the two ends nor the most common value say anything.
            if (x[row] != x[lowest] && !double.IsNaN(y[row]))
                beside++;
        }
        return beside < 10 ? (null, null) : (slope, intercept);
    }

    private static double? Ratio(RelationSearch search, int a, int b)
    {
        double low = double.NegativeInfinity, high = double.PositiveInfinity, half = search.HalfUnit(b);
        for (int row = 0; row < search.RowCount; row++)
        {
            double x = search.Cell(row, a), y = search.Cell(row, b);
            if (double.IsNaN(x) || double.IsNaN(y) || x == 0)
                continue;
            double slack = half + (5e-8 * Math.Abs(y));
            double first = (y - slack) / x, second = (y + slack) / x;
            low = Math.Max(low, Math.Min(first, second));
            high = Math.Min(high, Math.Max(first, second));
        }
        return low <= high && double.IsFinite(low) && double.IsFinite(high) ? Shortest((low + high) / 2, (high - low) / 2) : null;
    }

    // The number with the fewest digits near another one.
    private static double Shortest(double value, double reach)
    {
        for (int digits = 0; digits <= 12; digits++)
        {
            double rounded = Math.Round(value, digits);
            if (Math.Abs(rounded - value) <= reach)
                return rounded;
        }
        return value;
    }
}
