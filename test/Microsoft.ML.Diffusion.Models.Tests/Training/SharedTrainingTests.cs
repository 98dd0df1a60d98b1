using System.Security.Cryptography;
using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests.Training;

/// <summary>A network that several ranks train.</summary>
public sealed class SharedTrainingTests : IDisposable
{
    private const int Steps = 30;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ranks-");

    private string Checkpoint => Path.Combine(_folder.FullName, "run.checkpoint");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("tabddpm")]
    [InlineData("meddiff")]
    public void The_model_has_the_same_bits_for_any_number_of_ranks_and_on_all_of_them(string method)
    {
        string alone = Train(method, 1)[0];

        foreach (int ranks in (int[])[2, 3, 4, 8])
            Assert.All(Train(method, ranks), model => Assert.Equal(alone, model));
    }

    [Theory]
    [InlineData("tabddpm")]
    [InlineData("meddiff")]
    public void After_a_step_the_loss_is_that_of_a_training_without_ranks_but_for_rounding(string method)
    {
        double[] alone = [Loss(method, exchange: null)];

        double[] shared = ThreadExchange.Run(4, exchange => Loss(method, exchange));

        Assert.All(shared, loss => Assert.Equal(alone[0], loss, 1e-5 * Math.Abs(alone[0])));
    }

    [Fact]
    public void A_training_that_is_cancelled_goes_on_with_another_number_of_ranks_to_the_same_model()
    {
        string whole = Train("tabddpm", 2)[0];

        // Rank 0 is told, and writes the checkpoint; all end.
        Assert.ThrowsAny<OperationCanceledException>(() => Train("tabddpm", 4, new CheckpointOptions(Checkpoint), isCancelled: true));
        Assert.True(File.Exists(Checkpoint));
        Assert.Equal([whole, whole, whole], Train("tabddpm", 3, new CheckpointOptions(Checkpoint)));
    }

    [Fact]
    public void A_checkpoint_of_ranks_is_not_one_of_a_training_without_them()
    {
        Train("tabddpm", 2, new CheckpointOptions(Checkpoint));

        GeneratorOptions options = MethodOf("tabddpm");
        options.Checkpoint = new CheckpointOptions(Checkpoint);
        Assert.Throws<CheckpointException>(() => options.Registration.Train(Rows(), options));
    }

    [Fact]
    public void Ranks_with_other_rows_or_options_are_refused_in_one_sentence()
    {
        var e = Assert.Throws<GradientExchangeException>(() => ThreadExchange.Run(3, exchange =>
        {
            GeneratorOptions options = MethodOf("tabddpm", exchange);
            return options.Registration.Train(Rows(exchange.Rank == 1 ? 39 : 40), options);
        }));

        Assert.StartsWith("Rank 1 has other rows, options or another engine than rank 0", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_time_limit_rank_0_decides_for_all()
    {
        string[] models = ThreadExchange.Run(3, exchange =>
        {
            var options = (TabDdpmOptions)MethodOf("tabddpm", exchange);
            (options.Steps, options.BatchSize) = (1_000_000, null);
            // Those of other ranks would be over before the first step, or never.
            options.MaxTrainingTime = TimeSpan.FromSeconds(exchange.Rank == 0 ? 0.5 : exchange.Rank == 1 ? 0.001 : 1000);
            return Hash(options.Registration.Train(Rows(), options));
        });

        Assert.Equal([models[0], models[0], models[0]], models);
    }

    private static string[] Train(string method, int ranks, CheckpointOptions? checkpoint = null, bool isCancelled = false) =>
        ThreadExchange.Run(ranks, exchange =>
        {
            using var cancel = new CancellationTokenSource();
            GeneratorOptions options = MethodOf(method, exchange);
            options.Checkpoint = checkpoint;
            var progress = new Listener(value =>
            {
                if (isCancelled && exchange.Rank == 0 && value.Step > 0)
                    cancel.Cancel();
            });
            return Hash(options.Registration.Train(Rows(), options, progress, cancel.Token));
        });

    private static double Loss(string method, GradientExchange? exchange)
    {
        var options = (DiffusionGeneratorOptions)MethodOf(method, exchange);
        options.Steps = 1;
        double loss = double.NaN;
        options.Registration.Train(Rows(), options, new Listener(value => loss = value.Loss));
        Assert.False(double.IsNaN(loss));
        return loss;
    }

    private static GeneratorOptions MethodOf(string name, GradientExchange? exchange = null)
    {
        DiffusionGeneratorOptions options = name == "tabddpm"
            ? new TabDdpmOptions { Layers = [16], DiffusionSteps = 20, Dropout = 0.1 }
            : new MedDiffOptions { Width = 8, DiffusionSteps = 25, CalibrationRows = 0 };
        (options.Steps, options.BatchSize, options.Threads, options.LabelColumn) = (Steps, 50, 1, 2);
        options.Exchange = exchange;
        return options;
    }

    private static Table Rows(int count = 40)
    {
        var table = new Table(
            [TableColumn.Numeric("x"), TableColumn.Numeric("y"), TableColumn.Categorical("group", ["low", "high"])], count);
        var random = new Random(5);
        for (int row = 0; row < count; row++)
        {
            double x = random.NextDouble();
            (table[row, 0], table[row, 1], table[row, 2]) = (x, x + random.NextDouble(), x > 0.5 ? 1 : 0);
        }

        return table;
    }

    private static string Hash(TableGenerator generator)
    {
        using var saved = new MemoryStream();
        using (var writer = new BinaryWriter(saved))
            ((DiffusionGenerator)generator).Save(writer);
        return Convert.ToHexString(SHA256.HashData(saved.ToArray()));
    }

    private sealed class Listener(Action<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told(value);
    }
}
