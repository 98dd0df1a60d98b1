using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests.Privacy;

public class PrivateNetworkTests
{
    private const int Rows = 6000;

    private static readonly Lazy<DiffusionGenerator> s_trained = new(() => Train(Table(Rows), Options()));

    [Fact]
    public void At_epsilon_10_it_knows_what_goes_together_as_independent_columns_do_not()
    {
        Table made = s_trained.Value.Generate(4000, seed: 1);
        double Share(Func<int, bool> holds) => Enumerable.Range(0, made.RowCount).Count(holds) / (double)made.RowCount;
        // Of the rows 45 % have both; of independent columns it were 25 %.
        Assert.InRange(Share(row => made[row, 0] == 1 && made[row, 1] == 1), 0.33, 0.55);
        Assert.InRange(Share(row => made[row, 0] == 1 && made[row, 1] == 0), 0, 0.17);
        // The label, by whose class rows are made, and a number.
        double sick = Enumerable.Range(0, 4000).Where(row => made[row, 2] == 1).Average(row => made[row, 3]);
        double well = Enumerable.Range(0, 4000).Where(row => made[row, 2] == 0).Average(row => made[row, 3]);
        Assert.InRange(sick - well, 12, 50);
        Assert.Equal(0.5, Share(row => made[row, 0] == 1), 0.08);
        Assert.All(Enumerable.Range(0, 4000), row => Assert.Equal(Math.Round(made[row, 3]), made[row, 3]));
    }

    [Fact]
    public void What_was_spent_is_the_budget_and_is_saved_and_the_same_rows_come_of_the_file()
    {
        DiffusionGenerator trained = s_trained.Value;
        Assert.InRange(trained.Privacy!.SpentEpsilon, 9.8, 10);
        Assert.Equal(150, trained.Privacy.Gradients!.Steps);
        Assert.True(trained.Privacy.HasKnownNoise);
        using MemoryStream stream = new();
        trained.Save(new BinaryWriter(stream));
        stream.Position = 0;
        DiffusionGenerator loaded = GenerationMethods.Load(new BinaryReader(stream));
        Assert.Equal(trained.Privacy.Gradients, loaded.Privacy!.Gradients);
        Assert.Equal(trained.Privacy.SpentEpsilon, loaded.Privacy.SpentEpsilon, 1e-9);
        GenerationConditions one = new GenerationConditions(trained.Columns).Fix(2, 1);
        Assert.Equal(Simulated.Bits(trained.Generate(50, one, seed: 3)), Simulated.Bits(loaded.Generate(50, one, seed: 3)));
        Assert.All(Enumerable.Range(0, 50), row => Assert.Equal(1, loaded.Generate(50, one, seed: 3)[row, 2]));
    }

    [Fact]
    public void A_category_of_one_row_is_neither_found_nor_made_and_the_others_keep_their_shares()
    {
        Table table = new([TableColumn.Categorical("ward", "Zug", "Lonely", "Bern"), TableColumn.Numeric("age")], 3001);
        for (int row = 0; row < 3000; row++)
            (table[row, 0], table[row, 1]) = (row % 3 == 0 ? 0 : 2, 20 + (row % 60));
        (table[3000, 0], table[3000, 1]) = (1, 40);
        TabDdpmOptions options = new() { Epsilon = 3, NoiseSeed = 1, Layers = [8], DiffusionSteps = 10, Steps = 2, LearningRate = 1e-4 };
        DiffusionGenerator trained = Train(table, options);
        Assert.Equal(["Bern", "Zug"], trained.Columns[0].Categories);
        Table made = trained.Generate(2000, seed: 1);
        Assert.Equal(2 / 3.0, Enumerable.Range(0, 2000).Count(row => made[row, 0] == 0) / 2000.0, 0.06);
        Assert.InRange(Enumerable.Range(0, 2000).Average(row => made[row, 1]), 44, 55);
    }

    [Fact]
    public void The_seed_of_the_noise_decides_on_the_model_and_without_one_each_training_differs()
    {
        long[] Made(int? noiseSeed, ulong seed)
        {
            TabDdpmOptions options = Options();
            (options.Steps, options.NoiseSeed, options.Seed) = (3, noiseSeed, seed);
            return Simulated.Bits(Train(Table(300), options).Generate(50, seed: 1));
        }
        Assert.Equal(Made(4, 0), Made(4, 9));
        Assert.NotEqual(Made(4, 0), Made(5, 0));
        Assert.NotEqual(Made(null, 0), Made(null, 0));
    }

    [Fact]
    public void What_a_row_gets_in_a_step_does_not_depend_on_the_threads()
    {
        long[] Made(int threads)
        {
            TabDdpmOptions options = Options();
            (options.Steps, options.Threads) = (3, threads);
            return Simulated.Bits(Train(Table(300), options).Generate(50, seed: 1));
        }
        Assert.Equal(Made(1), Made(3));
    }

    [Fact]
    public void What_cannot_be_private_is_refused_in_a_sentence()
    {
        static void Refused(string part, Action<TabDdpmOptions> change)
        {
            TabDdpmOptions options = Options();
            change(options);
            string said = Assert.Throws<ArgumentOutOfRangeException>(options.Validate).Message;
            Assert.Contains(part, said, StringComparison.Ordinal);
        }
        Refused("SamplingRate", options => options.BatchSize = 64);
        Refused("with a privacy budget", options => options.Dropout = 0.1);
        Refused("above 0", options => options.Epsilon = 0);
        Refused("at most 1", options => options.SamplingRate = 1.5);
        Refused("left alone without Epsilon", options => options.Epsilon = null);
        new TabDdpmOptions { BatchSize = 64, Dropout = 0.1 }.Validate();
        Assert.Equal(6, new TabDdpmOptions().Layers.Count);
        Assert.Equal(2, new TabDdpmOptions { Epsilon = 1 }.Layers.Count);
    }

    private static TabDdpmOptions Options() => new()
    {
        Epsilon = 10, Delta = 1e-5, NoiseSeed = 1, LabelColumn = 2, Layers = [32], DiffusionSteps = 20, Steps = 150, SamplingRate = 0.1,
        LearningRate = 0.01, Domains = ["a=no|yes", "b=no|yes", "sick=no|yes", "age=0..99"],
    };

    private static DiffusionGenerator Train(Table table, TabDdpmOptions options) =>
        (DiffusionGenerator)options.Registration.Train(table, options);

    // Two columns that agree in nine rows of ten, and a label that goes with a number.
    private static Table Table(int rows)
    {
        Table table = new(
            [
                TableColumn.Categorical("a", "no", "yes"), TableColumn.Categorical("b", "no", "yes"),
                TableColumn.Categorical("sick", "no", "yes"), TableColumn.Numeric("age"),
            ],
            rows);
        for (int row = 0; row < rows; row++)
        {
            int a = row % 2, sick = row / 2 % 2;
            (table[row, 0], table[row, 1], table[row, 2]) = (a, row / 4 % 10 == 0 ? 1 - a : a, sick);
            table[row, 3] = (sick == 1 ? 50 : 10) + (row % 37);
        }
        return table;
    }
}
