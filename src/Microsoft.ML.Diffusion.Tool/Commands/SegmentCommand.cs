namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion segment</c>: tells the class of every pixel of pictures.</summary>
internal static class SegmentCommand
{
    /// <param name="error">Standard error: progress and warnings.</param>
    /// <param name="cancel">Stops the work.</param>
    public static Command Create(TextWriter error, CancellationToken cancel) => new(
        "segment", "Tell the class of every pixel of pictures, learnt from a few masks and many pictures without.")
    {
        SegmentTrainCommand.Create(error, cancel),
        SegmentPredictCommand.Create(error, cancel),
        SegmentEvaluateCommand.Create(error, cancel),
    };
}
