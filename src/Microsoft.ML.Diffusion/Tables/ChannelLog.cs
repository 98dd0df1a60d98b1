using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Passes the sentences on to the MLContext's log.</summary>
internal sealed class ChannelLog(IChannel channel) : IReadingLog
{
    public void Tell(string sentence) => channel.Info(MessageSensitivity.Schema, "{0}", sentence);

    public void Warn(string sentence) => channel.Warning(MessageSensitivity.Schema, "{0}", sentence);
}
