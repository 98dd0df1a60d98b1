namespace Microsoft.ML.Diffusion.Tool;

/// <summary>Input that cannot be used. The message is the one sentence the user reads; the exit code is 1.</summary>
internal sealed class InputException : Exception
{
    /// <summary>An exception without a sentence; use one of the others.</summary>
    public InputException() : base("The input cannot be used.")
    {
    }

    /// <param name="message">One sentence: what was wrong, where, what was expected.</param>
    public InputException(string message) : base(message)
    {
    }

    /// <param name="message">One sentence: what was wrong, where, what was expected.</param>
    /// <param name="innerException">The exception that told.</param>
    public InputException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
