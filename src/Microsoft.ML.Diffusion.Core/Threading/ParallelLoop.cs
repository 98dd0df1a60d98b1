namespace Microsoft.ML.Diffusion.Core.Threading;

/// <summary>Runs the items of a loop on several threads, of which the calling one is always the first.</summary>
/// <remarks>
/// The calling thread works through the items itself, threads of the pool help where there are any, and only helpers that have begun are
/// waited for. So a loop ends even where the app blocks every thread of the pool, which <see cref="Parallel"/> does not promise. Which
/// thread runs an item is left to chance: what an item does must depend on its index alone.
/// </remarks>
internal static class ParallelLoop
{
    /// <summary>Runs <paramref name="item"/> for 0 to <paramref name="count"/> - 1, the lower ones earlier.</summary>
    /// <param name="count">How many items there are.</param>
    /// <param name="item">Does one item.</param>
    /// <param name="threads">How many threads at most; null for as many as there are processors.</param>
    /// <param name="cancel">Looked at before each item.</param>
    /// <exception cref="OperationCanceledException">Cancelled before the last item was done.</exception>
    public static void Run(int count, Action<int> item, int? threads = null, CancellationToken cancel = default) =>
        Run(count, () => item, threads, cancel);

    /// <summary>Runs the items with what every thread makes for itself first.</summary>
    /// <param name="count">How many items there are.</param>
    /// <param name="prepare">Called once by every thread that takes part; makes what does one item.</param>
    /// <param name="threads">How many threads at most; null for as many as there are processors.</param>
    /// <param name="cancel">Looked at before each item.</param>
    /// <exception cref="OperationCanceledException">Cancelled before the last item was done.</exception>
    public static void Run(int count, Func<Action<int>> prepare, int? threads = null, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        int most = Math.Min(threads ?? Environment.ProcessorCount, count);
        if (most > 1)
        {
            new SharedLoop(count, prepare, most, cancel).Run();
            return;
        }
        if (count <= 0)
            return;
        Action<int> item = prepare();
        for (int i = 0; i < count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            item(i);
        }
    }
}
