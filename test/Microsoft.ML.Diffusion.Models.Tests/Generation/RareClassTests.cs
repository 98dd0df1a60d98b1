using System.Text;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class RareClassTests
{
    private const int Common = 0, Rare = 1;
    private const int X = 0, Y = 1, Kind = 2, Label = 3;

    private static readonly Lazy<DiffusionGenerator> s_trained = new(() => Train(Shifted(rare: 10)));

    [Fact]
    public void Rows_of_a_class_of_ten_have_its_means_deviations_and_categories()
    {
        Table made = Make(s_trained.Value, Rare);
        Table real = Shifted(rare: 10);
        int[] own = [.. Rows(real).Where(row => real[row, Label] == Rare)];
        Assert.Equal(own.Average(row => real[row, X]), Mean(made, X), 0.4);
        Assert.Equal(own.Average(row => real[row, Y]), Mean(made, Y), 0.4);
        Assert.InRange(Deviation(made, X), 0.6, 1.5);
        // No row of the class is of kind 1, and half of the others are.
        Assert.InRange(Rows(made).Average(row => made[row, Kind] == 1 ? 1.0 : 0), 0, 0.08);
    }

    [Fact]
    public void Made_rows_are_no_copies_of_the_few_real_ones()
    {
        Table made = Make(s_trained.Value, Rare), real = Shifted(rare: 10);
        int copies = Rows(made).Count(row => Rows(real).Any(other =>
            real[other, Label] == Rare
            && Math.Abs(real[other, X] - made[row, X]) < 0.01
            && Math.Abs(real[other, Y] - made[row, Y]) < 0.01));
        Assert.InRange(copies, 0, 8);
        Assert.InRange(Rows(made).Select(row => made[row, X]).Distinct().Count(), 300, 800);
    }

    [Fact]
    public void Rows_of_the_common_class_and_rows_of_any_label_are_the_same_as_without()
    {
        DiffusionGenerator without = Train(Shifted(rare: 10), rareClassRows: 0);
        Assert.Equal(Cells(Make(without, Common)), Cells(Make(s_trained.Value, Common)));
        Assert.Equal(Cells(without.Generate(300, seed: 5)), Cells(s_trained.Value.Generate(300, seed: 5)));
        Assert.NotEqual(Cells(Make(without, Rare)), Cells(Make(s_trained.Value, Rare)));
    }

    [Fact]
    public void A_saved_model_makes_the_same_rows_of_a_rare_class()
    {
        using var file = new MemoryStream();
        using (var writer = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true))
            s_trained.Value.Save(writer);
        file.Position = 0;
        using var reader = new BinaryReader(file);
        Assert.Equal(Cells(Make(s_trained.Value, Rare)), Cells(Make(GenerationMethods.Load(reader), Rare)));
    }

    [Fact]
    public void A_class_that_differs_only_in_how_two_numbers_depend_on_each_other_is_made_so()
    {
        Table table = Table(1000, (row, random, cells) =>
        {
            bool isRare = row < 30;
            double x = random.Normal(0);
            (cells[X], cells[Y]) = (x, (isRare ? x : -x) + 0.4 * random.Normal(1));
            (cells[Kind], cells[Label]) = (random.Below(2, 2), isRare ? Rare : Common);
        });
        Table made = Make(Train(table), Rare);
        Assert.InRange(Correlation(made), 0.5, 1);
    }

    [Fact]
    public void A_class_of_one_row_takes_after_it()
    {
        Table made = Make(Train(Shifted(rare: 1)), Rare);
        Assert.InRange(Mean(made, X), 0.5, 3.5);
        Assert.True(Deviation(made, X) > 0.3);
    }

    [Fact]
    public void Frequent_classes_are_left_to_the_network()
    {
        using var with = new MemoryStream();
        using var without = new MemoryStream();
        Table table = Shifted(rare: 300);
        Train(table, steps: 20).Save(new BinaryWriter(with));
        Train(table, rareClassRows: 0, steps: 20).Save(new BinaryWriter(without));
        Assert.Equal(without.ToArray(), with.ToArray());
    }

    /// <summary>The rare class lies 3 higher in x, 2 lower in y, and is never of kind 1.</summary>
    private static Table Shifted(int rare) => Table(1000, (row, random, cells) =>
    {
        bool isRare = row < rare;
        (cells[X], cells[Y]) = (random.Normal(0) + (isRare ? 3 : 0), random.Normal(1) - (isRare ? 2 : 0));
        (cells[Kind], cells[Label]) = (isRare ? 0 : random.Below(2, 2), isRare ? Rare : Common);
    });

    private delegate void RowAction(int row, Philox random, Span<double> cells);

    private static Table Table(int rows, RowAction write)
    {
        Table table = new(
            [
                TableColumn.Numeric("x"), TableColumn.Numeric("y"),
                TableColumn.Categorical("kind", "p", "q"), TableColumn.Categorical("label", "no", "yes"),
            ],
            rows);
        for (int row = 0; row < rows; row++)
            write(row, new Philox(11, (ulong)row), table.Row(row));
        return table;
    }

    private static DiffusionGenerator Train(Table table, int? rareClassRows = null, int steps = 600)
    {
        var options = (MaskedOptions)Generators.Quick("masked", steps);
        options.LabelColumn = Label;
        options.RareClassRows = rareClassRows ?? options.RareClassRows;
        return DiffusionGenerator.Train(table, options);
    }

    private static Table Make(DiffusionGenerator generator, int label) =>
        generator.Generate(800, new GenerationConditions(generator.Columns).Fix(Label, label), seed: 2);

    private static IEnumerable<int> Rows(Table table) => Enumerable.Range(0, table.RowCount);

    private static double[] Cells(Table table) => [.. Rows(table).SelectMany(row => table.Row(row).ToArray())];

    private static double Mean(Table table, int column) => Rows(table).Average(row => table[row, column]);

    private static double Deviation(Table table, int column)
    {
        double mean = Mean(table, column);
        return Math.Sqrt(Rows(table).Average(row => (table[row, column] - mean) * (table[row, column] - mean)));
    }

    private static double Correlation(Table table)
    {
        double x = Mean(table, X), y = Mean(table, Y);
        return Rows(table).Average(row => (table[row, X] - x) * (table[row, Y] - y)) / Deviation(table, X) / Deviation(table, Y);
    }
}
