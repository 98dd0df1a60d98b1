using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests.Relations;

public class RepairTests
{
    private static readonly bool[] s_allFree = new bool[16];

    [Fact]
    public void Rows_of_ordered_pairs_drawn_independently_are_all_mended_and_keep_their_distribution()
    {
        Table table = OrderedPairs();
        RelationSet relations = RelationSet.Find(table);
        Assert.Contains("start <= end", relations.Relations.Select(relation => relation.Text));
        Assert.Contains("days = end - start", relations.Relations.Select(relation => relation.Text));
        Table made = RelationTables.Shuffled(table, 7);
        Assert.True(Broken(relations, made) > 500);
        Mend(relations, made);
        Assert.Equal(0, Broken(relations, made));
        for (int column = 0; column < 3; column++)
        {
            double[] real = Column(table, column), mended = Column(made, column);
            Assert.InRange(mended.Average(), real.Average() - (.15 * Deviation(real)), real.Average() + (.15 * Deviation(real)));
            Assert.All(mended, value => Assert.Equal(Math.Round(value), value));
        }
    }

    [Fact]
    public void Identities_are_exact_within_the_decimals_of_their_columns()
    {
        Table table = Shop(1000);
        RelationSet relations = RelationSet.Find(table);
        Table made = RelationTables.Shuffled(table, 3);
        Mend(relations, made);
        Assert.Equal(0, Broken(relations, made));
        for (int row = 0; row < made.RowCount; row++)
        {
            Assert.Equal(Math.Round(made[row, 0] * made[row, 1], 2), made[row, 2], 9);
            Assert.Equal(Math.Round(made[row, 1]), made[row, 1]);
            Assert.Equal(made[row, 3] % 4, made[row, 4]);
        }
    }

    [Fact]
    public void Nothing_leaves_its_range_where_two_cells_can_follow_each_other()
    {
        Table table = Shop(1000);
        // Nobody bought many of what is dear.
        for (int i = 0; i < table.RowCount; i++)
        {
            if (table[i, 2] > 150)
                (table[i, 1], table[i, 2]) = (1, table[i, 0]);
        }
        RelationSet relations = RelationSet.Find(table);
        (double price, double total) = (Column(table, 0).Max(), Column(table, 2).Max());
        // The largest price and quantity make a total that was never seen.
        double[] row = [price, 9, total * .98, 1, 1];
        Assert.True(price * 9 > total);
        Assert.True(relations.Repair(row, s_allFree.AsSpan(0, 5), 1, 0));
        Assert.Equal(Math.Round(row[0] * row[1], 2), row[2], 9);
        Assert.True(row[0] <= price && row[2] <= total);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_price_list_gets_no_new_prices(bool hasItem)
    {
        double[] prices = [1.25, 14.9, 39, 99.99, 249.5];
        TableColumn[] columns = [TableColumn.Categorical("item", "pen", "book", "lamp", "chair", "desk"),
            .. RelationTables.Numbers("price", "qty", "total")];
        Table table = RelationTables.Make(columns, 600, random =>
        {
            (int item, int quantity) = (random.Below(0, 5), 1 + random.Below(64, 9));
            return [hasItem ? item : random.Below(192, 5), prices[item], quantity, Math.Round(prices[item] * quantity, 2)];
        });
        RelationSet relations = RelationSet.Find(table);
        string[] found = [.. relations.Relations.Select(relation => relation.Text)];
        Assert.Contains("total = price * qty", found);
        Assert.Equal(hasItem, found.Contains("item -> price"));
        Table made = RelationTables.Shuffled(table, 3);
        Mend(relations, made);
        Assert.Equal(0, Broken(relations, made));
        Assert.All(Column(made, 1), price => Assert.Contains(price, prices));
    }

    [Fact]
    public void Fixed_cells_stay_and_the_others_follow()
    {
        RelationSet relations = RelationSet.Find(OrderedPairs());
        double[] row = [100, 20, 3, 0];
        Assert.True(relations.Repair(row, [true, false, true, false], 1, 0));
        Assert.Equal([100, 103, 3], row[..3]);
    }

    [Fact]
    public void Observed_cells_that_contradict_each_other_are_left_and_so_is_what_depends_on_them()
    {
        RelationSet relations = RelationSet.Find(OrderedPairs());
        double[] row = [100, 20, 3, 0];
        Assert.False(relations.Repair(row, [true, true, false, false], 1, 0));
        Assert.Equal([100, 20, 3, 0], row);
    }

    [Fact]
    public void A_row_that_satisfies_everything_is_not_touched()
    {
        Table table = Shop(400);
        RelationSet relations = RelationSet.Find(table);
        Table same = table.Clone();
        Mend(relations, same);
        for (int row = 0; row < table.RowCount; row++)
            Assert.Equal(table.Row(row).ToArray(), same.Row(row).ToArray());
    }

    [Fact]
    public void The_same_seed_and_number_give_the_same_row()
    {
        Table table = Shop(400);
        RelationSet relations = RelationSet.Find(table);
        (Table first, Table second) = (RelationTables.Shuffled(table, 5), RelationTables.Shuffled(table, 5));
        Mend(relations, first);
        Mend(relations, second);
        for (int row = 0; row < table.RowCount; row++)
            Assert.Equal(first.Row(row).ToArray(), second.Row(row).ToArray());
    }

    [Fact]
    public void Any_cells_may_be_fixed_as_long_as_a_training_row_has_them()
    {
        Table table = Shop(600), made = RelationTables.Shuffled(table, 11);
        RelationSet relations = RelationSet.Find(table);
        for (int row = 0; row < table.RowCount; row++)
        {
            bool[] isFixed = new bool[table.Columns.Count];
            double[] cells = made.Row(row).ToArray();
            for (int column = 0; column < cells.Length; column++)
            {
                isFixed[column] = new Philox(9, (ulong)row).Uniform((ulong)column) < .3;
                if (isFixed[column])
                    cells[column] = table[row, column];
            }
            double[] before = (double[])cells.Clone();
            relations.Repair(cells, isFixed, 1, row);
            for (int column = 0; column < cells.Length; column++)
                Assert.True(!isFixed[column] || cells[column] == before[column]);
        }
    }

    [Fact]
    public void A_missing_cell_is_computed_where_the_others_decide_it()
    {
        RelationSet relations = RelationSet.Find(Shop(600));
        Assert.True(relations.TryDetermine([2.5, 4, double.NaN, 1, 1], 2, out double total));
        Assert.Equal(10, total);
        Assert.True(relations.TryDetermine([2.5, double.NaN, 10, 1, 1], 1, out double quantity));
        Assert.Equal(4, quantity);
        Assert.True(relations.TryDetermine([2.5, 4, 10, 6, double.NaN], 4, out double state));
        Assert.Equal(2, state);
        Assert.False(relations.TryDetermine([2.5, double.NaN, double.NaN, 6, 2], 1, out _));
        Assert.False(relations.TryDetermine([2.5, 4, 10, double.NaN, 2], 3, out _));
    }

    [Fact]
    public void Saved_relations_come_back_and_damaged_ones_are_refused()
    {
        Table table = Shop(600);
        RelationSet relations = RelationSet.Find(table);
        byte[] bytes = Saved(relations);
        RelationSet loaded = RelationSet.Load(new BinaryReader(new MemoryStream(bytes)), table.Columns);
        Assert.Equal(relations.Relations.Select(relation => relation.Sentence), loaded.Relations.Select(relation => relation.Sentence));
        Assert.Equal(bytes, Saved(loaded));
        for (int i = 0; i < 2000; i++)
        {
            byte[] damaged = (byte[])bytes.Clone();
            damaged[new Philox(2).Below((ulong)i, bytes.Length)] ^= (byte)(1 + new Philox(3).Below((ulong)i, 255));
            byte[] read = i % 4 == 0 ? damaged[..new Philox(4).Below((ulong)i, bytes.Length)] : damaged;
            // Either it makes sense as other relations, or it is refused by the one exception.
            Exception? refused = Record.Exception(() => RelationSet.Load(new BinaryReader(new MemoryStream(read)),
                table.Columns).CountBroken(table.Row(0)));
            Assert.True(refused is null or InvalidDataException, refused?.ToString());
        }
    }

    private static byte[] Saved(RelationSet relations)
    {
        using MemoryStream stream = new();
        relations.Save(new BinaryWriter(stream));
        return stream.ToArray();
    }

    /// <summary>price, qty, total = price * qty, city and state = city modulo 4.</summary>
    private static Table Shop(int rows) => RelationTables.Make(
        [TableColumn.Numeric("price"), TableColumn.Numeric("qty"), TableColumn.Numeric("total"),
            TableColumn.Categorical("city", "a", "b", "c", "d", "e", "f", "g", "h"), TableColumn.Categorical("state", "A", "B", "C", "D")],
        rows,
        random =>
        {
            double price = Math.Round(.5 + (40 * random.Uniform(0)), 2);
            int quantity = 1 + random.Below(64, 9), city = random.Below(128, 8);
            return [price, quantity, Math.Round(price * quantity, 2), city, city % 4];
        });

    private static Table OrderedPairs() => RelationTables.Make(
        [TableColumn.Numeric("start"), TableColumn.Numeric("end"), TableColumn.Numeric("days"),
            TableColumn.Categorical("unit", "icu", "ward")],
        1000,
        random =>
        {
            (int start, int days) = (random.Below(0, 365), random.Below(64, 15));
            return [start, start + days, days, random.Below(128, 2)];
        });

    private static void Mend(RelationSet relations, Table table)
    {
        for (int row = 0; row < table.RowCount; row++)
            relations.Repair(table.Row(row), s_allFree.AsSpan(0, table.Columns.Count), 1, row);
    }

    private static int Broken(RelationSet relations, Table table) =>
        Enumerable.Range(0, table.RowCount).Count(row => relations.CountBroken(table.Row(row)) > 0);

    private static double[] Column(Table table, int column) => [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, column])];

    private static double Deviation(double[] values) => Math.Sqrt(values.Average(value => Math.Pow(value - values.Average(), 2)));
}
