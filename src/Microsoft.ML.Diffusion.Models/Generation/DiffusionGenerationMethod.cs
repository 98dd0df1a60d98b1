using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Calendar;
using Microsoft.ML.Diffusion.Models.Categories;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>A method that trains a network: a registration says how, and the rest is the same for all.</summary>
/// <typeparam name="TOptions">The options of the method.</typeparam>
internal abstract class DiffusionGenerationMethod<TOptions> : GenerationMethod
    where TOptions : DiffusionGeneratorOptions, new()
{
    public sealed override GeneratorOptions NewOptions() => new TOptions();

    internal sealed override TableGenerator Learn(
        ITableRows rows, GeneratorOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        var own = (TOptions)options;
        var deadline = TrainingDeadline.In(own.MaxTrainingTime);
        var clock = new TrainingClock(deadline.First(1 - GenerationTraining.Reserve), threads: 1);
        var meter = new ProgressMeter(progress, deadline);
        EngineChoice engine = own.ChooseEngine();
        CheckpointOptions? checkpoint = Can(GenerationAbilities.Resuming) ? own.Checkpoint : null;
        byte[] fingerprint = checkpoint is null && own.Exchange is null ? [] : TrainingFingerprint.Of(rows, own, engine, cancel);
        own.Exchange?.RequireSame(fingerprint);
        var training = new GenerationTraining(engine, meter, progress, clock, deadline, cancel)
        {
            Checkpoint = checkpoint is null ? null : new TrainingCheckpoint(checkpoint, fingerprint),
            Exchange = own.Exchange,
        };
        cancel.ThrowIfCancellationRequested();
        // Under a privacy budget the method alone looks at the rows.
        bool isPrivate = own is IPrivateOptions { Budget: not null };
        // Dates are learnt together with their parts and differences.
        CalendarPlan? calendar = isPrivate ? null : CalendarPlan.Fit(rows);
        ITableRows expanded = calendar is null ? rows : new CalendarRows(calendar, rows);
        if (calendar is not null && own.LabelColumn is int label)
        {
            own = (TOptions)own.Copy();
            own.LabelColumn = calendar.PlaceOf(label);
        }
        // Columns of many categories are learnt as groups.
        ManyCategories? many = isPrivate ? null : ManyCategories.Fit(expanded, meter.Say, cancel);
        GenerationSampler sampler = Train(many?.Group(expanded) ?? expanded, own, training);
        // Under a budget a model knows the categories alone that were declared or found.
        var generator = new DiffusionGenerator(isPrivate ? sampler.Columns : rows.Columns, this, sampler, calendar, many);
        return training.Engine.GpuDeviceId is null ? generator : generator.WithEngine(training.Engine);
    }

    internal sealed override TableGenerator Load(IReadOnlyList<TableColumn> columns, BinaryReader reader) =>
        new DiffusionGenerator(columns, this, Load(reader));

    /// <summary>Trains the network.</summary>
    /// <param name="rows">At least one row, without infinite numbers.</param>
    /// <param name="options">Options with possible values.</param>
    /// <param name="training">Where to compute, whom to tell, what stops it.</param>
    protected abstract GenerationSampler Train(ITableRows rows, TOptions options, GenerationTraining training);

    /// <summary>Reads what <see cref="GenerationSampler.Save"/> wrote.</summary>
    protected abstract GenerationSampler Load(BinaryReader reader);
}
