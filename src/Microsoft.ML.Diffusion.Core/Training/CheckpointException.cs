namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>A checkpoint that cannot be used or written; the message is one sentence that names the file.</summary>
public sealed class CheckpointException : IOException
{
    /// <summary>Nothing is known but that it failed.</summary>
    public CheckpointException()
    {
    }

    /// <param name="message">One sentence.</param>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <param name="message">One sentence.</param>
    /// <param name="innerException">Why.</param>
    public CheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
