namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Finds numbers that are computed from two others: sums, differences, products, quotients.</summary>
internal static class TripleSearch
{
    private const int FewestTelling = 10;
    private const long LooksPerTriple = 8;

    public static void Run(RelationSearch search)
    {
        int[] numbers = [.. search.Numbers.Where(column => search.Lattices[column].Distinct >= 3)];
        HashSet<(int, int, int)> found = [];
        // A product that is exact, or out by as much as rounding makes it, was computed; one that is out by less is the rounding of
        // another column, of the quotient perhaps.
        foreach ((char sign, bool isSure) in (ReadOnlySpan<(char, bool)>)[('+', false), ('*', true), ('/', false), ('*', false)])
        {
            foreach (int a in numbers)
            {
                // Nearly every triple is refused by one of the first rows.
                if (!search.GoesOn(LooksPerTriple * numbers.Length * numbers.Length))
                    return;
                foreach (int b in numbers)
                {
                    if (a == b || (sign != '/' && b < a) || search.AreLinked(a, b))
                        continue;
                    foreach (int c in numbers)
                    {
                        if (c == a || c == b || !HoldsInSample(search, sign, isSure, a, b, c) || found.Contains(Sorted(a, b, c)))
                            continue;
                        if (!search.AreLinked(a, c) && !search.AreLinked(b, c) && Keep(search, sign, a, b, c))
                            found.Add(Sorted(a, b, c));
                    }
                }
            }
        }
    }

    private static bool HoldsInSample(RelationSearch search, char sign, bool isSure, int a, int b, int c)
    {
        double[] x = search.Sample[a], y = search.Sample[b], z = search.Sample[c];
        double slack = search.HalfUnit(c), relative = search.IsSingle(a, b, c) ? 5e-7 : 1e-9, largest = 0;
        int telling = 0;
        // Beside a term that is so large that its rounding hides the others, every sum holds.
        double rounding = relative * Math.Max(search.Lattices[a].LargestSize, search.Lattices[b].LargestSize);
        if (sign == '+' && (search.Hides(rounding, a) || search.Hides(rounding, b) || search.Hides(rounding, c)))
            return false;
        double first = double.NaN, second = double.NaN;
        bool hasThree = false;
        for (int row = 0; row < x.Length; row++)
        {
            double p = x[row], q = y[row], value = Compute(sign, p, q), r = z[row];
            if (double.IsNaN(p) || double.IsNaN(q) || double.IsNaN(r))
                continue;
            double difference = Math.Abs(value - r);
            // A sum is as exact as its largest term, a product or quotient as itself: 3 / 1.7e9 is 0 and not 1, however large 1.7e9 is.
            double size = sign == '+' ? Math.Max(Math.Abs(r), Math.Max(Math.Abs(p), Math.Abs(q))) : Math.Max(Math.Abs(r), Math.Abs(value));
            // Nor does a quotient by 0 hold, whatever the third cell is.
            if (!double.IsFinite(value) || (difference > slack && difference > slack + (relative * size)))
                return false;
            if (!IsTelling(sign, p, q))
                continue;
            telling++;
            largest = Math.Max(largest, difference);
            if (double.IsNaN(first))
                first = r;
            else if (r != first && double.IsNaN(second))
                second = r;
            else if (r != first && r != second)
                hasThree = true;
        }
        bool isRounded = slack > 0 && largest > 1e-4 * slack;
        return telling >= FewestTelling && hasThree && (!isSure || !isRounded || largest > .6 * slack);
    }

    // 0 + b and 1 * b are b, whatever the third column means.
    private static bool IsTelling(char sign, double p, double q) => sign switch
    {
        '+' => p != 0 && q != 0,
        '*' => p != 0 && q != 0 && Math.Abs(p) != 1 && Math.Abs(q) != 1,
        _ => p != 0 && q != 0 && Math.Abs(q) != 1,
    };

    private static double Compute(char sign, double p, double q) => sign switch { '+' => p + q, '*' => p * q, _ => p / q };

    private static bool Keep(RelationSearch search, char sign, int a, int b, int c)
    {
        (Expression x, Expression y, Expression z) = (Expression.Cell(a), Expression.Cell(b), Expression.Cell(c));
        // Of end = start + days the last column is the one that people compute: days = end - start.
        bool isDifference = sign == '+' && c > Math.Min(a, b) && c < Math.Max(a, b)
            && search.Lattices[Math.Max(a, b)].Unit >= search.Lattices[c].Unit;
        (Expression left, Expression right) = (z, Expression.Of(sign, x, y));
        if (isDifference)
            (left, right) = (a > b ? x : y, Expression.Of('-', z, a > b ? y : x));
        int dependent = isDifference ? Math.Max(a, b) : c;
        return search.Keep(ComparisonRelation.Create(
            search.Columns, left, Comparison.Equal, right, search.HalfUnit(dependent), search.IsSingle(a, b, c)));
    }

    private static (int, int, int) Sorted(int a, int b, int c)
    {
        Span<int> three = [a, b, c];
        three.Sort();
        return (three[0], three[1], three[2]);
    }
}
