using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Mpi;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Ranks;

/// <summary>One command that several processes run together, as <c>mpirun</c> started them. Rank 0 talks and writes, the others are
/// silent; a failure on one ends all, with one sentence.</summary>
internal static class RankSession
{
    /// <summary>What makes a command one of several ranks.</summary>
    public const string OptionName = "--mpi";

    // What fails on all ranks, fails on rank 0 within that time, and is told by that one alone.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    // mpirun grants a second between the request to end and the end.
    private static readonly TimeSpan s_timeToTidy = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether another rank tells what is wrong with a command that did not get as far as <see cref="Run"/>.</summary>
    public static bool IsSilent(string[] args) => Launch.Rank > 0 && args.Contains(OptionName, StringComparer.Ordinal);

    /// <summary>Runs a command on this rank.</summary>
    /// <param name="error">Standard error.</param>
    /// <param name="command">Does this rank's part; returns the exit code.</param>
    /// <param name="cancel">The request to end.</param>
    /// <exception cref="InputException">Open MPI is not installed, or cannot be used.</exception>
    public static int Run(TextWriter error, Func<GradientExchange, int> command, CancellationToken cancel)
    {
        MpiExchange ranks;
        try
        {
            ranks = MpiExchange.Start();
        }
        catch (GradientExchangeException e)
        {
            throw new InputException($"{OptionName}: {e.Message}", e);
        }

        // A rank that waits for others does not see that it is to end.
        using var tidying = new Timer(_ => OutputFile.RemoveUnfinished());
        using CancellationTokenRegistration end = cancel.Register(() => tidying.Change(s_timeToTidy, Timeout.InfiniteTimeSpan));
        try
        {
            int code = command(ranks);
            ranks.End();
            return code;
        }
        catch when (ranks.Ranks == 1)
        {
            ranks.End();
            throw;
        }
        catch (Exception e)
        {
            (string sentence, int code) = e switch
            {
                InputException => (e.Message, ExitCode.BadInput),
                UsageException => (e.Message, ExitCode.BadUsage),
                OperationCanceledException => ("interrupted; nothing was written.", ExitCode.Interrupted),
                _ => (e.ToString(), ExitCode.BadInput),
            };
            if (ranks.Rank > 0)
                Thread.Sleep(s_patience);
            error.WriteLine(Printable.Line($"mldiffusion: {(ranks.Rank > 0 ? $"rank {ranks.Rank}: " : "")}{sentence}"));
            error.Flush();
            ranks.Abort(code);
            throw;
        }
    }
}
