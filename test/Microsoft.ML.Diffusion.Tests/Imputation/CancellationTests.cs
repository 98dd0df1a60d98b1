using System.Reflection;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

public class CancellationTests
{
    [Fact]
    public async Task The_context_stops_a_training()
    {
        var ml = new MLContext(seed: 3);
        DiffusionImputeEstimator.Options options = Quick.Options();
        options.Epochs = 1_000_000;
        options.ValidationShare = 0;
        Task training = Task.Run(() => ml.Transforms.DiffusionImpute(Quick.Pairs(SampleRow.Fillable), options).Fit(ml.Data.LoadFromEnumerable(SampleRow.Make(100))));
        await Task.Delay(300);

        // What AutoML calls when its time is up; not public.
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!.Invoke(ml, null);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training.WaitAsync(TimeSpan.FromSeconds(2)));
    }
}
