namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Tells nobody.</summary>
internal sealed class NoLog : IReadingLog
{
    public void Tell(string sentence)
    {
    }

    public void Warn(string sentence)
    {
    }
}
