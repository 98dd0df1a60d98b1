namespace Microsoft.ML.Diffusion.Core.Ranks;

/// <summary>Ranks that cannot train together, or do not gain by it; the message is one sentence.</summary>
public sealed class GradientExchangeException : InvalidOperationException
{
    /// <summary>Nothing is known but that it failed.</summary>
    public GradientExchangeException()
    {
    }

    /// <param name="message">One sentence.</param>
    public GradientExchangeException(string message)
        : base(message)
    {
    }

    /// <param name="message">One sentence.</param>
    /// <param name="innerException">Why.</param>
    public GradientExchangeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
