namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Finds columns that are the exact sum of two others where all three were found to be multiples of one another, within their
/// rounding: of <c>vat = 0.19 * net</c> and <c>gross = 1.19 * net</c> the second becomes <c>gross = net + vat</c>, since two numbers that
/// are rounded each for itself need not add up.</summary>
internal static class ExactSumSearch
{
    public static void Run(RelationSearch search)
    {
        ComparisonRelation[] pairs = [.. search.Found.OfType<ComparisonRelation>()
            .Where(relation => relation is { Kind: RelationKind.Equality, Places.Length: 2 })];
        HashSet<Relation> replaced = [];
        foreach (ComparisonRelation one in pairs)
        {
            foreach (ComparisonRelation other in pairs)
            {
                int[] places = [.. one.Places.Union(other.Places)];
                // The later one is the one to go; of three columns that hang together by two equations one equation must stay.
                if (places.Length == 3 && Array.IndexOf(pairs, one) < Array.IndexOf(pairs, other) && !replaced.Contains(one)
                    && !replaced.Contains(other) && !IsExact(search, other) && TryReplace(search, other, places))
                    replaced.Add(other);
            }
        }
    }

    private static bool TryReplace(RelationSearch search, ComparisonRelation former, int[] places)
    {
        foreach (int sum in places)
        {
            int[] parts = [.. places.Where(place => place != sum).Order()];
            ComparisonRelation relation = ComparisonRelation.Create(
                search.Columns, Expression.Cell(sum), Comparison.Equal,
                Expression.Of('+', Expression.Cell(parts[0]), Expression.Cell(parts[1])), search.HalfUnit(sum), search.IsSingle(places));
            if (Array.IndexOf(former.Places, sum) >= 0 && IsExact(search, relation) && search.Replace(former, relation))
                return true;
        }
        return false;
    }

    private static bool IsExact(RelationSearch search, ComparisonRelation relation)
    {
        double[] cells = new double[search.Columns.Count];
        for (int row = 0; row < search.Sample[0].Length; row++)
        {
            foreach (int column in relation.Places)
                cells[column] = search.Sample[column][row];
            if (relation.IsSeen(cells) && !relation.IsExact(cells))
                return false;
        }
        return true;
    }
}
