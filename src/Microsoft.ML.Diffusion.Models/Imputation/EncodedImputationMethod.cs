using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Calendar;
using Microsoft.ML.Diffusion.Models.Categories;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>A method that learns from encoded rows: a registration says how, and the rest is the same for all.</summary>
/// <typeparam name="TOptions">The options of the method.</typeparam>
internal abstract class EncodedImputationMethod<TOptions> : ImputationMethod
    where TOptions : ImputerOptions, new()
{
    // A random sequence that no training uses.
    private const ulong NumberStream = ulong.MaxValue - 1;

    public sealed override ImputerOptions NewOptions() => new TOptions();

    internal sealed override TableImputer Learn(
        ITableRows table, ImputerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        var own = (TOptions)options;
        // Refuses an engine that is not there before the work begins.
        (own as DiffusionImputerOptions)?.ChooseEngine();
        var deadline = TrainingDeadline.In(own.MaxTrainingTime);
        var meter = new ProgressMeter(progress, deadline);
        // Dates are learnt together with their parts and differences.
        if (CalendarPlan.Fit(table) is not { } plan)
            return LearnGrouped(table, own, meter, deadline, cancel);
        var dates = new CalendarTraining(plan, table);
        return dates.Finish(LearnGrouped(dates.Rows, own, meter, deadline, cancel), cancel);
    }

    private TableImputer LearnGrouped(
        ITableRows table, TOptions own, ProgressMeter meter, TrainingDeadline deadline, CancellationToken cancel)
    {
        // Columns of many categories are learnt as groups.
        var many = ManyCategories.Fit(table, meter.Say, cancel);
        if (many is null)
            return Learn(table, own, meter, deadline, cancel);
        var training = new GroupedTraining(many, table);
        return training.Finish(Learn(training.Rows, own, meter, deadline, cancel), cancel);
    }

    private TrainedImputer Learn(ITableRows table, TOptions own, ProgressMeter meter, TrainingDeadline deadline, CancellationToken cancel)
    {
        List<string> warnings = [];
        var encoder = TableEncoder.Fit(table, ScalingOf(own), warnings, cancel: cancel);
        warnings.ForEach(meter.Say);
        encoder = ChooseScalings(own, encoder, table, deadline, cancel);
        // Nothing varies, so there is nothing to learn: constants are all there is to fill in.
        ImputationSampler? sampler = encoder.Encoded.Count == 0
            ? null
            : Train(own, new ImputationTraining(encoder.Encode(table), meter, deadline, cancel)
            {
                OnlyMissingColumns = own.OnlyMissingColumns,
                OnlyGuesses = own.OnlyGuesses,
                Numbers = KeepsNumbers(own) ? ObservedNumbers.Of(table, encoder, new Philox(own.Seed, NumberStream), cancel) : null,
            });
        return new TrainedImputer(this, encoder, sampler);
    }

    internal sealed override TableImputer Load(BinaryReader reader)
    {
        var encoder = TableEncoder.Load(reader);
        bool hasSampler = reader.ReadBoolean();
        CheckedReading.Require(hasSampler == (encoder.Encoded.Count > 0), "it has learned columns and nothing that fills them");
        return new TrainedImputer(this, encoder, hasSampler ? Load(reader, encoder) : null);
    }

    /// <summary>How numbers are scaled.</summary>
    protected abstract NumericScaling ScalingOf(TOptions options);

    /// <summary>Scales some columns otherwise, where the rows speak for it.</summary>
    protected virtual TableEncoder ChooseScalings(
        TOptions options, TableEncoder encoder, ITableRows table, TrainingDeadline deadline, CancellationToken cancel) => encoder;

    /// <summary>Whether draws have numbers that were observed.</summary>
    protected virtual bool KeepsNumbers(TOptions options) => false;

    /// <summary>Trains.</summary>
    /// <param name="options">Options with possible values.</param>
    /// <param name="training">The rows.</param>
    protected abstract ImputationSampler Train(TOptions options, ImputationTraining training);

    /// <summary>Reads what <see cref="ImputationSampler.Save"/> wrote.</summary>
    protected abstract ImputationSampler Load(BinaryReader reader, TableEncoder encoder);
}
