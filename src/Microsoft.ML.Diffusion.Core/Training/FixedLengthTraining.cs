using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>A training of so many steps: Adam, a learning rate that falls in a line, and in the end the moving average of the weights.</summary>
/// <param name="steps">The number of optimizer steps.</param>
/// <param name="learningRate">The largest learning rate.</param>
/// <param name="averageDecay">Decay of the moving average; less in a short training.</param>
internal sealed class FixedLengthTraining(int steps, double learningRate, double averageDecay)
{
    /// <summary>The decay of a moving average that has seen enough of a training of some length.</summary>
    public static double Decay(double largest, int steps) => Math.Min(largest, 1 - 10.0 / (steps + 10));

    /// <summary>Trains.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="parameters">The weights.</param>
    /// <param name="options">Of the optimizer.</param>
    /// <param name="gradient">Gathers the gradient of a step; returns its loss.</param>
    /// <param name="count">Told the loss once the weights have moved.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public void Run<TLoss>(
        TensorEngine engine,
        IReadOnlyList<Parameter> parameters,
        AdamOptions options,
        Func<int, TLoss> gradient,
        Action<TLoss> count,
        CancellationToken cancel)
    {
        Optimizer optimizer = engine.CreateAdam(parameters, options);
        ExponentialMovingAverage average = engine.CreateAverage(parameters, Decay(averageDecay, steps));
        LearningRateSchedule schedule = LearningRateSchedule.Linear(steps);
        for (int step = 0; step < steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            optimizer.LearningRate = learningRate * schedule.Factor(step);
            TLoss loss = gradient(step);
            optimizer.Step();
            average.Update();
            count(loss);
        }
        average.Swap();
    }
}
