namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Finds sums of three or more columns that are equal to a constant or to another column.</summary>
/// <remarks>Goes from left to right and regresses every column on those before it that are not themselves such a sum (modified
/// Gram-Schmidt over the rows of the sample); where nothing is left over and all coefficients are 1, 0 or -1, the sum is
/// verified.</remarks>
internal static class SumSearch
{
    private const int FewestTerms = 3;

    public static void Run(RelationSearch search)
    {
        int[] numbers = search.Numbers;
        int[] rows = CompleteRows(search, ref numbers);
        if (numbers.Length < FewestTerms || rows.Length < RelationSearch.FewestRows)
            return;
        List<Direction> basis = [];
        foreach (int column in numbers)
        {
            if (!search.GoesOn(2L * basis.Count * rows.Length))
                return;
            if (basis.Exists(direction => search.AreLinked(direction.Column, column)))
                continue;
            double[] rest = Array.ConvertAll(rows, row => search.Sample[column][row]);
            double mean = rest.Average();
            for (int i = 0; i < rest.Length; i++)
                rest[i] -= mean;
            double before = Length(rest);
            double[] shares = new double[basis.Count];
            for (int i = 0; i < basis.Count; i++)
                shares[i] = basis[i].TakeFrom(rest);
            double left = Length(rest) / Math.Sqrt(rows.Length);
            double reach = Math.Max(search.Lattices[column].Unit, 1e-5 * search.Lattices[column].Deviation);
            bool isSum = left <= reach && before > 0 && Keep(search, column, basis, Coefficients(basis, shares));
            if (!isSum && left > 1e-9 * before / Math.Sqrt(rows.Length))
                basis.Add(new Direction(column, rest, shares));
        }
    }

    private static bool Keep(RelationSearch search, int column, List<Direction> basis, double[] coefficients)
    {
        List<int> plus = [column], minus = [];
        for (int i = 0; i < coefficients.Length; i++)
        {
            double whole = Math.Round(coefficients[i]);
            if (Math.Abs(whole) > 1 || Math.Abs(coefficients[i] - whole) > .05)
                return false;
            if (whole != 0)
                (whole > 0 ? minus : plus).Add(basis[i].Column);
        }
        int[] all = [.. plus, .. minus];
        if (all.Length < FewestTerms)
            return false;
        // Each rounded part adds half of a unit at most.
        double coarsest = all.Max(search.HalfUnit);
        if (all.Length == FewestTerms && minus.Count > 0)
            return false;
        double constant = Constant(search, plus, minus);
        if (!double.IsFinite(constant))
            return false;
        if (plus.Count > minus.Count && minus.Count > 0 && constant == 0)
            (plus, minus) = (minus, plus);
        Expression left = Sum(plus), right = minus.Count > 0 ? Sum(minus) : Expression.Constant(constant);
        if (minus.Count > 0 && constant != 0)
            right = Expression.Of(constant > 0 ? '+' : '-', right, Expression.Constant(Math.Abs(constant)));
        foreach (double tolerance in (ReadOnlySpan<double>)[coarsest, coarsest * all.Length])
        {
            if (all.Any(place => search.Lattices[place].Deviation < tolerance && search.Lattices[place].Unit < 1))
                return false;
            if (search.Keep(ComparisonRelation.Create(search.Columns, left, Comparison.Equal, right, tolerance, search.IsSingle(all))))
                return true;
            // Whole numbers add up exactly.
            if (coarsest >= .5)
                return false;
        }
        return false;
    }

    private static Expression Sum(List<int> columns) =>
        columns.Order().Select(Expression.Cell).Aggregate((left, right) => Expression.Of('+', left, right));

    private static double Constant(RelationSearch search, List<int> plus, List<int> minus)
    {
        List<double> sums = [];
        for (int row = 0; row < search.Sample[0].Length; row++)
        {
            double sum = plus.Sum(column => search.Sample[column][row]) - minus.Sum(column => search.Sample[column][row]);
            if (!double.IsNaN(sum))
                sums.Add(sum);
        }
        sums.Sort();
        double constant = Math.Round(sums[sums.Count / 2], 6);
        return Math.Abs(constant - Math.Round(constant)) < .1 ? Math.Round(constant) : constant;
    }

    // The coefficients of the columns themselves, from those of the directions: a triangular system.
    private static double[] Coefficients(List<Direction> basis, double[] shares)
    {
        double[] coefficients = (double[])shares.Clone();
        for (int i = coefficients.Length - 1; i >= 0; i--)
        {
            for (int j = 0; j < i; j++)
                coefficients[j] -= coefficients[i] * basis[i].Shares[j];
        }
        return coefficients;
    }

    private static int[] CompleteRows(RelationSearch search, ref int[] numbers)
    {
        while (true)
        {
            int[] kept = numbers;
            int[] rows = [.. Enumerable.Range(0, search.Sample[0].Length).Where(row =>
                kept.All(column => !double.IsNaN(search.Sample[column][row])))];
            if (rows.Length >= Math.Max(RelationSearch.FewestRows, 2 * kept.Length) || kept.Length < FewestTerms)
                return rows;
            int most = kept.MaxBy(column => search.Sample[column].Count(double.IsNaN));
            if (!search.Sample[most].Any(double.IsNaN))
                return rows;
            numbers = [.. kept.Where(column => column != most)];
        }
    }

    private static double Length(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private sealed class Direction(int column, double[] values, double[] shares)
    {
        private readonly double _square = values.Sum(value => value * value);

        public int Column { get; } = column;

        public double[] Shares { get; } = shares;

        public double TakeFrom(double[] rest)
        {
            double product = 0;
            for (int i = 0; i < rest.Length; i++)
                product += values[i] * rest[i];
            double share = product / _square;
            for (int i = 0; i < rest.Length; i++)
                rest[i] -= share * values[i];
            return share;
        }
    }
}
