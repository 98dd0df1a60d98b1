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

    /// <summary>Writes what the next steps depend on beside the parameters: how many were taken, and the moments of the
    /// gradients.</summary>
    public abstract void Save(BinaryWriter writer);

    /// <summary>Goes on from what <see cref="Save"/> wrote, for parameters of the same shapes.</summary>
    /// <exception cref="EndOfStreamException">The data are cut short.</exception>
    public abstract void Load(BinaryReader reader);
}
