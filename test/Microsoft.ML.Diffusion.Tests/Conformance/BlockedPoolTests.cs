using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.MissDiff;
using Microsoft.ML.Diffusion.Models.Methods.MissForest;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

namespace Microsoft.ML.Diffusion.Tests.Conformance;

// Alone, for it takes the threads of everybody.
[CollectionDefinition(nameof(BlockedPoolTests), DisableParallelization = true)]
[Collection(nameof(BlockedPoolTests))]
public class BlockedPoolTests
{
    // Far more than the pool has threads.
    private const int Blockers = 400;

    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Names => ["conditional", "missdiff", "missforest", "masked", "tabddpm", "meddiff"];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_training_ends_where_the_app_blocks_every_thread_of_the_pool(string method)
    {
        ThreadPool.GetMaxThreads(out int workers, out int ports);
        using var gate = new ManualResetEventSlim();
        using var ended = new CountdownEvent(Blockers);
        ThreadPool.SetMaxThreads(Environment.ProcessorCount, ports);
        try
        {
            for (int i = 0; i < Blockers; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(
                    _ =>
                    {
                        gate.Wait();
                        ended.Signal();
                    },
                    null);
            }
            Exception? failure = null;
            var training = new Thread(() => failure = Record.Exception(() => Fit(method))) { IsBackground = true };
            training.Start();
            bool isDone = training.Join(s_most);
            Assert.True(isDone, "the training waits for a thread of the pool");
            Assert.Null(failure);
        }
        finally
        {
            ThreadPool.SetMaxThreads(workers, ports);
            gate.Set();
            ended.Wait();
        }
    }

    private static void Fit(string method)
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = ml.Data.LoadFromEnumerable(SampleRow.Make(200));
        ImputerOptions? imputer = method switch
        {
            "conditional" => Quick.Options(options => options.Threads = null).Method,
            "missdiff" => new MissDiffOptions { Epochs = 2, Width = 8, Blocks = 1, SamplingSteps = 2, ExpectationDraws = 1 },
            "missforest" => new MissForestOptions { Trees = 5 },
            _ => null,
        };
        if (imputer is not null)
        {
            ml.Transforms.DiffusionImpute(Quick.Pairs(SampleRow.Fillable), new DiffusionImputeEstimator.Options { Method = imputer })
                .Fit(rows).Transform(rows).Preview(10);
            return;
        }
        DiffusionGeneratorOptions generator = method switch
        {
            "masked" => new MaskedOptions { Width = 16, Blocks = 1 },
            "tabddpm" => new TabDdpmOptions { Layers = [16], DiffusionSteps = 10 },
            _ => new MedDiffOptions { Width = 4, DiffusionSteps = 30, SamplingSteps = 5, CalibrationRows = 500, MaxTrainingTime = TimeSpan.FromSeconds(20) },
        };
        (generator.Steps, generator.BatchSize) = (30, 32);
        ml.Transforms.DiffusionSynthesize(null, new DiffusionSynthesizeEstimator.Options { Method = generator })
            .Fit(rows).Generate(50).Preview(50);
    }
}
