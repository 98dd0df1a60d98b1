using System.Globalization;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>A rule that a person gave, read and checked against the training rows.</summary>
internal static class HandRule
{
    /// <exception cref="FormatException">The rule cannot be read.</exception>
    /// <exception cref="InvalidDataException">Rows break it.</exception>
    public static Relation Read(string rule, ITableRows table, ColumnLattice[] lattices)
    {
        ParsedRule parsed = new RuleParser(rule, table.Columns).Parse();
        return parsed.Decided >= 0 ? Dependency(rule, parsed, table) : ComparisonOf(rule, parsed, table, lattices);
    }

    private static ComparisonRelation ComparisonOf(string rule, ParsedRule parsed, ITableRows table, ColumnLattice[] lattices)
    {
        SortedSet<int> places = [];
        parsed.Left!.Collect(places);
        parsed.Right!.Collect(places);
        bool isSingle = places.Any(column => lattices[column].IsSingle && lattices[column].Decimals != 0);
        // Equal within the rounding of the side that is one column, or else of the coarsest.
        int[] alone = [.. new[] { parsed.Left.Column, parsed.Right.Column }.Where(column => column >= 0)];
        double unit = (alone.Length > 0 ? alone : [.. places]).Max(column => lattices[column].Unit);
        ComparisonRelation relation = ComparisonRelation.Create(
            table.Columns, parsed.Left, parsed.Comparison, parsed.Right, unit * .5 * (1 + 1e-6), isSingle);
        int support = RelationCheck.Support(table, relation, out int broken);
        return support >= 0 ? relation.WithSupport(support) : throw Broken(rule, RelationCheck.Broken(table, relation), broken);
    }

    private static DependencyRelation Dependency(string rule, ParsedRule parsed, ITableRows table)
    {
        (int from, int to) = (parsed.Deciding, parsed.Decided);
        Dictionary<double, (double To, int Rows)> values = [];
        int support = 0, broken = 0, firstBroken = -1;
        for (int row = 0; row < table.RowCount; row++)
        {
            double a = table[row, from], b = table[row, to];
            if (!table.Columns[from].Holds(a) || !table.Columns[to].Holds(b))
                continue;
            support++;
            if (!values.TryGetValue(a, out (double To, int Rows) known))
                values.Add(a, (b, 1));
            else if (known.To == b)
                values[a] = (b, known.Rows + 1);
            else
            {
                broken++;
                if (firstBroken < 0)
                    firstBroken = row;
            }
        }
        return broken == 0
            ? DependencyRelation.Create(table.Columns, from, to,
                values.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value.To, pair.Value.Rows)), support)
            : throw Broken(rule, broken, firstBroken);
    }

    private static InvalidDataException Broken(string rule, int count, int row) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The rule '{rule}' does not hold in {count} of the training rows; the first is row {row + 1}."));
}
