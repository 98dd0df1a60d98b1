using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Networks;

/// <summary>What the registrations of methods that train one network share. They look both ways only.</summary>
/// <typeparam name="TOptions">The options of the method.</typeparam>
internal abstract class NetworkImputation<TOptions> : SeriesImputationMethod
    where TOptions : SeriesNetworkOptions
{
    public sealed override bool KnowsCausal => false;

    internal sealed override SeriesImputer Learn(
        SeriesTable table, SeriesImputerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        var own = (TOptions)options;
        var deadline = TrainingDeadline.In(own.MaxTrainingTime);
        using TensorEngine engine = own.ChooseEngine().Create(own.Threads);
        return Train(table, own, engine, new ProgressMeter(progress, deadline), deadline, cancel);
    }

    /// <summary>Trains.</summary>
    /// <param name="table">The series.</param>
    /// <param name="options">How to train.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="deadline">Steps that do not fit are left out.</param>
    /// <param name="cancel">Looked at in every step.</param>
    protected abstract SeriesImputer Train(
        SeriesTable table, TOptions options, TensorEngine engine, ProgressMeter meter, TrainingDeadline deadline,
        CancellationToken cancel);
}
