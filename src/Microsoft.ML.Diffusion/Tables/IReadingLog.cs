namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Told in sentences what was found in a view.</summary>
internal interface IReadingLog
{
    /// <summary>What people may want to know.</summary>
    void Tell(string sentence);

    /// <summary>What people should know.</summary>
    void Warn(string sentence);
}
