using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Passes the sentences on to the MLContext's log.</summary>
internal sealed class ChannelLog(IChannel channel) : IReadingLog
{
    public void Tell(string sentence) => channel.Info(MessageSensitivity.Schema, "{0}", sentence);

    /// <summary>Warns outside a training.</summary>
    /// <param name="host">Who warns.</param>
    /// <param name="sentence">The warning.</param>
    public static void Warn(IHost host, string sentence)
    {
        using IChannel channel = host.Start("Generation");
        channel.Warning(MessageSensitivity.None, "{0}", sentence);
    }

    public void Warn(string sentence) => channel.Warning(MessageSensitivity.Schema, "{0}", sentence);
}
