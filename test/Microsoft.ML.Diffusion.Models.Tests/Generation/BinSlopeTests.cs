using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class BinSlopeTests
{
    // Few bins, so that much happens within one.
    private const int Bins = 4;

    private static readonly DiffusionGenerator s_generator = Train(Leaning(dependent: true));

    [Fact]
    public void Within_a_bin_a_number_leans_to_where_its_row_says()
    {
        Table made = s_generator.Generate(8000, seed: 1);
        // Of the rising density 2 y the part below 1/4 has mean 1/6, of the falling one 2 (1 - y) mean 5/42: .0476 apart.
        Assert.InRange(MeanBelow(made, 1) - MeanBelow(made, 0), 0.02, 0.07);
    }

    [Fact]
    public void Without_a_dependence_it_leans_nowhere()
    {
        Table made = Train(Leaning(dependent: false)).Generate(8000, seed: 1);
        Assert.Equal(MeanBelow(made, 0), MeanBelow(made, 1), 0.008);
    }

    [Fact]
    public void A_range_within_a_bin_is_kept()
    {
        Table made = s_generator.Generate(500, new GenerationConditions(s_generator.Columns).Within(1, new(0.05, 0.1)), seed: 1);
        Assert.All(Enumerable.Range(0, made.RowCount), row => Assert.InRange(made[row, 1], 0.05, 0.1));
    }

    [Fact]
    public void A_saved_model_makes_the_same_rows()
    {
        using var file = new MemoryStream();
        using (var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true))
            s_generator.Save(writer);
        file.Position = 0;
        using var reader = new BinaryReader(file);
        DiffusionGenerator loaded = DiffusionGenerator.Load(reader, GenerationMethods.Find);
        Table one = s_generator.Generate(200, seed: 2), other = loaded.Generate(200, seed: 2);
        Assert.All(Enumerable.Range(0, one.RowCount), row => Assert.Equal(one.Row(row).ToArray(), other.Row(row).ToArray()));
    }

    private static DiffusionGenerator Train(Table table) => DiffusionGenerator.Train(
        table,
        new MaskedOptions { Bins = Bins, Width = 32, Blocks = 1, Steps = 600, BatchSize = 128, LearningRate = 3e-3, Seed = 3 });

    /// <summary>A number between 0 and 1 whose density rises for one kind of rows and falls for the other, or is the same for
    /// both.</summary>
    private static Table Leaning(bool dependent)
    {
        var table = new Table([TableColumn.Categorical("kind", "falls", "rises"), TableColumn.Numeric("number")], 4000);
        for (int row = 0; row < table.RowCount; row++)
        {
            var own = new Philox(5, (ulong)row);
            double root = Math.Sqrt(own.Uniform(0));
            table[row, 0] = own.Below(1, 2);
            table[row, 1] = !dependent ? own.Uniform(2) : table[row, 0] == 1 ? root : 1 - root;
        }
        return table;
    }

    private static double MeanBelow(Table table, int kind) => Enumerable.Range(0, table.RowCount)
        .Where(row => table[row, 0] == kind && table[row, 1] < 0.25).Average(row => table[row, 1]);
}
