namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Changes parameters against their gradients.</summary>
public abstract class Optimizer
{
    /// <summary>The step size, usually set before each step from a <see cref="LearningRateSchedule"/>.</summary>
    public double LearningRate { get; set; }

    /// <summary>The number of steps taken.</summary>
    public long Steps { get; protected set; }

    /// <summary>Takes one step, then sets the gradients to zero.</summary>
    public abstract void Step();
}
