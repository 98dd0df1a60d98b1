namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Finds columns that decide others, and pairs of categories of which few combinations occur.</summary>
internal static class DependencySearch
{
    private const int MostNumbers = 256, MostCombinations = 10_000, RowsPerCombination = 10;
    private const double MostSeen = .5, FewestUnseen = .05;

    public static void Run(RelationSearch search)
    {
        int[] columns = [.. Enumerable.Range(0, search.Columns.Count).Where(column => IsDiscrete(search.Lattices[column])).Take(
            RelationSearch.MostColumns)];
        // A number with fractions decides nothing, and is decided where it is one of a few, such as the price of an item.
        int[] decidable = [.. columns, .. search.Numbers.Where(column => !columns.Contains(column) && search.Lattices[column] is
            { HasFewValues: true, Distinct: >= 2 and <= MostNumbers })];
        double[][] frequencies = new double[search.Columns.Count][];
        int[][] codes = new int[search.Columns.Count][];
        foreach (int column in decidable)
            (codes[column], frequencies[column]) = Codes(search.Sample[column]);
        Dictionary<(int, int), DependencyRelation> found = [];
        HashSet<(int, int)> decided = [];
        foreach (int a in columns)
        {
            if (!search.GoesOn(decidable.Length * (long)search.SampleRows))
                break;
            foreach (int b in decidable)
            {
                if (a == b || search.AreLinked(a, b) || !IsLikely(codes[a], codes[b], frequencies[a].Length, frequencies[b]))
                    continue;
                if (Verify(search, a, b) is { } relation)
                    found.Add((a, b), relation);
                decided.Add((a, b));
            }
        }
        foreach (((int a, int b), DependencyRelation relation) in found)
        {
            // a -> c follows from a -> b and b -> c, unless b decides a as well: then it may be told either way.
            bool follows = columns.Any(c => found.ContainsKey((a, c)) && found.ContainsKey((c, b))
                && (!found.ContainsKey((c, a)) || c < a) && (!found.ContainsKey((b, c)) || c < b));
            if (!follows)
                search.Found.Add(relation);
        }
        Combinations(search, columns, codes, frequencies, decided);
    }

    // Numbers with fractions are measurements, which decide nothing even where none comes twice.
    private static bool IsDiscrete(ColumnLattice lattice) =>
        lattice.Distinct >= 2 && (lattice.IsCategory || (lattice.Decimals == 0 && lattice.Distinct <= MostNumbers));

    private static (int[] Codes, double[] Frequencies) Codes(double[] cells)
    {
        Dictionary<double, int> numbers = [];
        int[] codes = new int[cells.Length];
        List<double> frequencies = [];
        int observed = cells.Count(cell => !double.IsNaN(cell));
        for (int row = 0; row < cells.Length; row++)
        {
            codes[row] = -1;
            if (double.IsNaN(cells[row]))
                continue;
            if (!numbers.TryGetValue(cells[row], out codes[row]))
            {
                numbers.Add(cells[row], codes[row] = frequencies.Count);
                frequencies.Add(0);
            }
            frequencies[codes[row]] += 1.0 / observed;
        }
        return (codes, [.. frequencies]);
    }

    // Whether each repeated value of the first column comes with the same second one, which by chance is the less likely the rarer that is.
    private static bool IsLikely(int[] a, int[] b, int values, double[] frequencies)
    {
        int[] decided = new int[values];
        Array.Fill(decided, -1);
        double evidence = 0;
        int repeated = 0, firstValue = -1;
        bool hasTwo = false;
        for (int row = 0; row < a.Length; row++)
        {
            if (a[row] < 0 || b[row] < 0)
                continue;
            ref int value = ref decided[a[row]];
            if (value < 0)
                value = b[row];
            else if (value != b[row])
                return false;
            else
            {
                repeated++;
                evidence -= Math.Log(frequencies[value]);
                hasTwo |= firstValue >= 0 && value != firstValue;
                firstValue = value;
            }
        }
        return repeated >= RelationSearch.FewestRows && hasTwo && evidence >= RelationSearch.Evidence;
    }

    private static DependencyRelation? Verify(RelationSearch search, int a, int b)
    {
        Dictionary<double, (double To, int Rows)> values = [];
        int support = 0;
        for (int row = 0; row < search.RowCount; row++)
        {
            double from = search.Cell(row, a), to = search.Cell(row, b);
            if (double.IsNaN(from) || double.IsNaN(to))
                continue;
            support++;
            if (!values.TryGetValue(from, out (double To, int Rows) known))
                values.Add(from, (to, 1));
            else if (known.To != to)
                return null;
            else
                values[from] = (to, known.Rows + 1);
        }
        return DependencyRelation.Create(search.Columns, a, b,
            values.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value.To, pair.Value.Rows)), support);
    }

    private static void Combinations(RelationSearch search, int[] columns, int[][] codes, double[][] frequencies,
        HashSet<(int, int)> decided)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            if (!search.GoesOn((columns.Length - i) * (long)search.SampleRows))
                return;
            for (int j = i + 1; j < columns.Length; j++)
            {
                (int a, int b) = (columns[i], columns[j]);
                if (!search.Lattices[a].IsCategory || !search.Lattices[b].IsCategory || decided.Contains((a, b))
                    || decided.Contains((b, a)))
                    continue;
                if (AreFew(codes[a], codes[b], frequencies[a], frequencies[b]))
                    KeepCombinations(search, a, b);
            }
        }
    }

    private static bool AreFew(int[] a, int[] b, double[] first, double[] second)
    {
        // Two by two has one empty corner at most, which a third unseen event explains as well.
        if (first.Length < 3 || second.Length < 3 || first.Length * (long)second.Length > MostCombinations)
            return false;
        bool[] seen = new bool[first.Length * second.Length];
        int different = 0, rows = 0;
        for (int row = 0; row < a.Length; row++)
        {
            if (a[row] < 0 || b[row] < 0)
                continue;
            rows++;
            ref bool cell = ref seen[(a[row] * second.Length) + b[row]];
            if (!cell)
                different++;
            cell = true;
        }
        if (different > MostSeen * seen.Length || rows < RowsPerCombination * different)
            return false;
        double unseen = 1;
        for (int i = 0; i < seen.Length; i++)
        {
            if (seen[i])
                unseen -= first[i / second.Length] * second[i % second.Length];
        }
        return unseen >= FewestUnseen && unseen * rows >= RelationSearch.Evidence;
    }

    private static void KeepCombinations(RelationSearch search, int a, int b)
    {
        Dictionary<(int First, int Second), int> rows = [];
        int support = 0;
        for (int row = 0; row < search.RowCount; row++)
        {
            double first = search.Cell(row, a), second = search.Cell(row, b);
            if (double.IsNaN(first) || double.IsNaN(second))
                continue;
            support++;
            rows[((int)first, (int)second)] = rows.GetValueOrDefault(((int)first, (int)second)) + 1;
        }
        // A combination that came once shows that others may come: then the list is not complete.
        bool isComplete = rows.Count(pair => pair.Value == 1) <= Math.Max(0, rows.Count / 20);
        if (isComplete && rows.Count <= MostSeen * search.Lattices[a].Distinct * search.Lattices[b].Distinct
            && support >= RowsPerCombination * rows.Count)
            search.Found.Add(CombinationRelation.Create(search.Columns, a, b, rows, support));
    }
}
