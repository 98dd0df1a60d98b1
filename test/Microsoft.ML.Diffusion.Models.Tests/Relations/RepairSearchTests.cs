using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests.Relations;

/// <summary>Rows whose fixed cells come from a row that satisfies all rules, so that there is a solution; the others are anything.</summary>
public class RepairSearchTests
{
    [Theory]
    [InlineData("a <= b", "b <= c", "c = a + d")]
    [InlineData("a <= b", "b <= c", "c <= d", "d = a + e")]
    [InlineData("b = a + d", "c = b + e", "f = c - a", "a <= b", "b <= c")]
    [InlineData("a <= b", "b <= c", "c = a + d", "e = c - b", "f = b - a")]
    public void Chains_and_cycles_are_mended_wherever_there_is_a_solution(params string[] rules)
    {
        Table table = Solutions(400, rules);
        RelationSet relations = RelationSet.Find(table, rules, find: false);
        var random = new Philox(11);
        ulong drawn = 0;
        int failed = 0, tried = 0;
        for (int row = 0; row < table.RowCount; row++)
        {
            double[] cells = table.Row(row).ToArray();
            bool[] isFixed = new bool[cells.Length];
            for (int i = 0; i < cells.Length; i++)
            {
                isFixed[i] = random.Uniform(drawn++) < 0.4;
                if (!isFixed[i])
                    cells[i] = random.Below(drawn++, 60);
            }
            double[] before = (double[])cells.Clone();
            tried++;
            bool holds = relations.Repair(cells, isFixed, 1, row);
            Assert.Equal(holds, relations.CountBroken(cells) == 0);
            failed += holds ? 0 : 1;
            Assert.All(Enumerable.Range(0, cells.Length).Where(i => isFixed[i]), i => Assert.Equal(before[i], cells[i]));
        }
        Assert.Equal((400, 0), (tried, failed));
    }

    // Rows of whole numbers in which the rules hold: a, b, c, d, e and f by what each rule says of them.
    private static Table Solutions(int rows, string[] rules)
    {
        Table table = new([.. "abcdef".Select(name => TableColumn.Numeric(name.ToString()))], rows);
        var random = new Philox(5);
        for (int row = 0; row < rows; row++)
        {
            int Draw(int which, int below) => random.Below((ulong)(8 * row + which), below);
            int a = Draw(0, 20), b = a + Draw(1, 20), c = b + Draw(2, 20), d = c + Draw(3, 20), e = d - a, f = Draw(4, 40);
            if (rules.Contains("c = a + d"))
                (d, e, f) = (c - a, c - b, b - a);
            if (rules.Contains("b = a + d"))
                (d, e, f) = (b - a, c - b, c - a);
            double[] cells = [a, b, c, d, e, f];
            cells.CopyTo(table.Row(row));
        }
        return table;
    }
}
