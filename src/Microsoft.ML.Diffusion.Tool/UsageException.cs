namespace Microsoft.ML.Diffusion.Tool;

/// <summary>A command line that makes no sense. The message is the one sentence the user reads; the exit code is 2.</summary>
internal sealed class UsageException : Exception
{
    /// <summary>An exception without a sentence; use one of the others.</summary>
    public UsageException() : base("The command line cannot be used.")
    {
    }

    /// <param name="message">One sentence: what was wrong, what was expected.</param>
    public UsageException(string message) : base(message)
    {
    }

    /// <param name="message">One sentence: what was wrong, what was expected.</param>
    /// <param name="innerException">The exception that told.</param>
    public UsageException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
