using System.Globalization;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion;

/// <summary>Passes the progress of a training on to the caller, and a line for every tenth of it to the MLContext's log.</summary>
internal sealed class TrainingLog(IChannel channel, IProgress<TrainingProgress>? next) : IProgress<TrainingProgress>
{
    private const int Lines = 10;
    private readonly Lock _gate = new();
    private int _written;

    public void Report(TrainingProgress value)
    {
        next?.Report(value);
        lock (_gate)
        {
            if (value.Message.Length > 0)
                channel.Info(MessageSensitivity.Schema, "{0}", value.Message);
            int tenth = value.Steps > 0 ? (int)((long)value.Step * Lines / value.Steps) : 0;
            if (tenth <= _written)
                return;
            _written = tenth;
            channel.Info(MessageSensitivity.None, "{0}", Describe(value));
        }
    }

    private static string Describe(TrainingProgress progress)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        string validation = progress.ValidationError is { } error ? string.Create(invariant, $", error on held-back cells {error:0.####}") : "";
        string remaining = progress.Remaining is { } time ? string.Create(invariant, $", about {Math.Ceiling(time.TotalSeconds)} s left") : "";
        return string.Create(invariant, $"Step {progress.Step} of {progress.Steps}: loss {progress.Loss:0.####}{validation}{remaining}.");
    }
}
