using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Looks at a relation in every row of a table.</summary>
internal static class RelationCheck
{
    /// <returns>The rows in which the relation can be seen; -1 where one breaks it.</returns>
    public static int Support(ITableRows table, Relation relation, out int firstBroken)
    {
        double[] row = new double[table.Columns.Count];
        int seen = 0;
        for (int i = 0; i < table.RowCount; i++)
        {
            Read(table, relation, i, row);
            if (!relation.IsSeen(row))
                continue;
            if (!relation.Holds(row))
            {
                firstBroken = i;
                return -1;
            }
            seen++;
        }
        firstBroken = -1;
        return seen;
    }

    /// <summary>How many rows break it.</summary>
    public static int Broken(ITableRows table, Relation relation)
    {
        double[] row = new double[table.Columns.Count];
        int broken = 0;
        for (int i = 0; i < table.RowCount; i++)
        {
            Read(table, relation, i, row);
            if (relation.IsSeen(row) && !relation.Holds(row))
                broken++;
        }
        return broken;
    }

    private static void Read(ITableRows table, Relation relation, int i, double[] row)
    {
        foreach (int column in relation.Places)
        {
            double value = table[i, column];
            row[column] = table.Columns[column].Holds(value) && double.IsFinite(value) ? value : double.NaN;
        }
    }
}
