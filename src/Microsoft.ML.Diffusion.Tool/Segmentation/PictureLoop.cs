using System.Diagnostics;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>Does the same with many pictures, on all processors, while showing how far it has come.</summary>
internal static class PictureLoop
{
    /// <param name="stage">What is done.</param>
    /// <param name="count">How many pictures there are.</param>
    /// <param name="item">Does one, by its number.</param>
    /// <param name="display">Shows how far it has come.</param>
    /// <param name="cancel">Looked at before each.</param>
    public static void Run(string stage, int count, Action<int> item, Display display, CancellationToken cancel) =>
        display.Run(stage, progress =>
        {
            var clock = Stopwatch.StartNew();
            int done = 0;
            ParallelLoop.Run(
                count,
                i =>
                {
                    item(i);
                    progress.Report(StageProgress.Linear((double)Interlocked.Increment(ref done) / count, clock.Elapsed));
                },
                threads: null,
                cancel);
            return done;
        });
}
