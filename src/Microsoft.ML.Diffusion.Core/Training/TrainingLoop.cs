using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>The loop in which every network is trained: Adam, a learning-rate schedule, and, where asked for, a moving average of the
/// weights, a validation with early stopping, and a time limit.</summary>
/// <remarks>Without a time limit the result is a function of the network, the data and the settings alone.</remarks>
internal sealed class TrainingLoop
{
    private int? _stopAfter;

    /// <summary>The number of optimizer steps over which the learning rate falls.</summary>
    public required int Steps { get; init; }

    /// <summary>The number of optimizer steps that are taken, at most <see cref="Steps"/>: fewer where a training like this one was best
    /// earlier. Default: <see cref="Steps"/>.</summary>
    public int StopAfter
    {
        get => _stopAfter ?? Steps;
        init => _stopAfter = value;
    }

    /// <summary>The largest learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>What the learning rate is multiplied by in each step.</summary>
    public required LearningRateSchedule Schedule { get; init; }

    /// <summary>Weight decay and gradient clipping.</summary>
    public AdamOptions Optimizer { get; init; } = new();

    /// <summary>The decay of the moving average of the weights, which the network has in the end. Null: no average.</summary>
    public double? AverageDecay { get; init; }

    /// <summary>Measures the network during the training. Null: it is trained to the end.</summary>
    public Validation? Validation { get; init; }

    /// <summary>The time limit. Null: none.</summary>
    public TrainingClock? Clock { get; init; }

    /// <summary>Where the training is written down, and goes on from. Null: nowhere. The gradient must be a function of the number of its
    /// step alone.</summary>
    public TrainingCheckpoint? Checkpoint { get; init; }

    /// <summary>The ranks that the gradient is computed with: rank 0 says when to stop, and reads and writes the checkpoint. Null:
    /// none.</summary>
    public GradientExchange? Exchange { get; init; }

    /// <summary>The decay of a moving average in a training of some length: a short one must forget its start sooner.</summary>
    /// <param name="largest">The decay of a long training.</param>
    /// <param name="steps">The number of optimizer steps.</param>
    public static double Decay(double largest, int steps) => Math.Min(largest, 1 - 10.0 / (steps + 10));

    /// <summary>Trains.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="parameters">The weights.</param>
    /// <param name="gradient">Computes the gradient of the step whose number it is given, from 0, and returns the loss.</param>
    /// <param name="count">Told the loss after each step.</param>
    /// <param name="meter">Told of validations and of steps that are not taken.</param>
    /// <param name="cancel">Looked at in every step.</param>
    /// <returns>After how many steps the network was best in the validation; without one, how many were taken.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public int Run<TLoss>(
        TensorEngine engine,
        IReadOnlyList<Parameter> parameters,
        Func<int, TLoss> gradient,
        Action<TLoss> count,
        ProgressMeter meter,
        CancellationToken cancel)
    {
        Optimizer optimizer = engine.CreateAdam(parameters, Optimizer);
        ExponentialMovingAverage? average = AverageDecay is { } decay ? engine.CreateAverage(parameters, decay) : null;
        using TrainingClock.Share? time = Clock?.Start(StopAfter);
        var state = new TrainingState(parameters, optimizer, average);
        if (Resume(state))
            meter.Resume(state.Step);
        TrainingCheckpoint? checkpoint = Exchange?.Rank > 0 ? null : Checkpoint;
        int checkEvery = Validation is null ? int.MaxValue : Math.Max(1, Steps / Validation.Checks);
        while (state.Step < StopAfter && state.Failures < (Validation?.Patience ?? int.MaxValue))
        {
            StepDecision next = Decide(state.Step, time, cancel);
            if (next.IsOutOfTime)
                break;
            if (next.IsCancelled)
            {
                checkpoint?.Write(state.Save);
                throw new OperationCanceledException(cancel);
            }

            optimizer.LearningRate = LearningRate * Schedule.Factor(next.Progress);
            TLoss loss = gradient(state.Step);
            optimizer.Step();
            average?.Update();
            count(loss);
            state.Step++;
            if (Validation is not null && state.Step % checkEvery == 0)
            {
                average?.Swap();
                double error = Validation.Error();
                meter.Validated(error);
                state.Judge(error, Validation.Network);
                average?.Swap();
            }

            if (checkpoint?.IsDue == true)
                checkpoint.Write(state.Save);
        }

        // What comes after the network may be long, too.
        checkpoint?.Write(state.Save);
        meter.Skip(StopAfter - state.Step);
        if (state.Best is not null)
        {
            Validation!.Network.LoadState(state.Best);
            return state.BestStep;
        }

        average?.Swap();
        return state.Step;
    }

    /// <summary>What the clock and the user say before a step, on rank 0 where there are several.</summary>
    private StepDecision Decide(int step, TrainingClock.Share? time, CancellationToken cancel)
    {
        bool isOutOfTime = time?.HasTimeForStep() == false;
        // Short of time, the learning rate falls with the clock and not with the steps.
        long progress = time is null ? step : Math.Max(step, (long)(time.Elapsed * Steps));
        var own = new StepDecision(isOutOfTime, cancel.IsCancellationRequested, progress);
        return Exchange?.OfFirst(own) ?? own;
    }

    /// <summary>Goes on from a checkpoint, whose file rank 0 alone needs.</summary>
    private bool Resume(TrainingState state)
    {
        if (Exchange is null)
            return Checkpoint?.TryRead(state.Load) == true;
        byte[] content = [];
        if (Exchange.Rank == 0)
            Checkpoint?.TryRead(reader => content = reader.ReadBytes((int)reader.BaseStream.Length));
        content = Exchange.OfFirst(content);
        if (content.Length == 0)
            return false;
        using var reader = new BinaryReader(new MemoryStream(content));
        state.Load(reader);
        return true;
    }

    /// <summary>What rank 0 tells the others before a step.</summary>
    private readonly record struct StepDecision(bool IsOutOfTime, bool IsCancelled, long Progress);
}
