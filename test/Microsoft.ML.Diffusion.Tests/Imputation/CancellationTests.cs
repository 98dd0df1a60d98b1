using System.Reflection;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

public class CancellationTests
{
    [Fact]
    public void The_context_stops_a_training_within_a_second()
    {
        DiffusionImputeEstimator.Options options = Quick.Options(method => (method.Epochs, method.ValidationShare) = (1_000_000, 0));

        // What AutoML calls when its time is up; not public.
        MethodInfo cancel = typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!;
        Interruption.AssertStopsWithinASecond(() =>
        {
            var ml = new MLContext(seed: 3);
            IDataView rows = ml.Data.LoadFromEnumerable(SampleRow.Make(100));
            return (() => ml.Transforms.DiffusionImpute(Quick.Pairs(SampleRow.Fillable), options).Fit(rows), () => cancel.Invoke(ml, null));
        });
    }
}
