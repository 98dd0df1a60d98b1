using System.Globalization;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Imputation;

/// <summary>Shows the progress of a training.</summary>
internal sealed class TrainingReport(Display display, IProgress<StageProgress> progress) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.Message.Length > 0)
            display.Say(value.Message);
        if (value.Steps > 0)
            progress.Report(new StageProgress((double)value.Step / value.Steps, value.Remaining, Detail(value)));
    }

    /// <summary>The loss, which changes with every report, in few letters: a bar and this fit 80 columns. The error on held-back cells,
    /// measured now and then, would seem to stand still.</summary>
    private static string Detail(TrainingProgress value) =>
        double.IsNaN(value.Loss) ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"loss {value.Loss:G4}");
}
