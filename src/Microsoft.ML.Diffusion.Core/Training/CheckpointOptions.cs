namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>Where a long training writes what it needs to go on, and how often.</summary>
/// <remarks>
/// <para>A training that finds the file goes on from it, and makes the same model, bit for bit, as one that was never ended: by a
/// cancellation, by the loss of its machine, by <c>kill -9</c>. A file of another training (other rows, options or seed) is refused.
/// With a time limit the model depends on the clock, as it does without a checkpoint.</para>
/// <para>The file is written beside its place and then moved, so that it is whole whenever the process ends. It holds the weights four or
/// five times, no rows. It stays where the training ends: delete it once the model is saved.</para>
/// </remarks>
public sealed class CheckpointOptions
{
    /// <param name="path">The file; its folder must be there.</param>
    /// <exception cref="ArgumentException">There is no name.</exception>
    public CheckpointOptions(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>How much time passes from one writing to the next, 0 or more; 0 writes after every step. Default: five minutes.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);
}
