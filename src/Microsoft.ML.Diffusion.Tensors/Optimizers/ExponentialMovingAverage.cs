namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A moving average of weights, which samples better than the weights themselves (Song and Ermon 2020).</summary>
public abstract class ExponentialMovingAverage
{
    /// <summary>Moves each average towards its weight: average = decay average + (1 - decay) weight.</summary>
    public abstract void Update();

    /// <summary>Exchanges the weights with their averages; a second call changes them back.</summary>
    public abstract void Swap();

    /// <summary>Writes the averages.</summary>
    public abstract void Save(BinaryWriter writer);

    /// <summary>Takes the averages that <see cref="Save"/> wrote, of parameters of the same shapes.</summary>
    /// <exception cref="EndOfStreamException">The data are cut short.</exception>
    public abstract void Load(BinaryReader reader);
}
