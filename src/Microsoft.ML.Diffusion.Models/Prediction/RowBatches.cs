using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Prediction;

/// <summary>Goes over some rows of a table in batches, on several threads.</summary>
internal static class RowBatches
{
    /// <summary>The rows of a batch.</summary>
    public const int Size = 250;

    /// <summary>What is done with a batch.</summary>
    public delegate void Action(ReadOnlySpan<float> cells, int firstRow, int rows, Workspace workspace);

    /// <summary>Does something with every batch.</summary>
    /// <param name="all">The rows.</param>
    /// <param name="chosen">Which of them.</param>
    /// <param name="action">Receives the known cells, the place of the first row among those chosen, how many rows, and memory for its
    /// thread.</param>
    /// <param name="threads">On how many threads.</param>
    /// <param name="cancel">Looked at before every batch.</param>
    public static void ForEach(EncodedRows all, int[] chosen, Action action, int threads, CancellationToken cancel)
    {
        int width = all.Width;
        using var engine = new ManagedEngine(threads: 1);
        using var workspaces = new ThreadLocal<Workspace>(() => new Workspace(engine), trackAllValues: true);
        ParallelLoop.Run((chosen.Length + Size - 1) / Size, batch =>
        {
            int first = batch * Size;
            ReadOnlySpan<int> rows = chosen.AsSpan(first, Math.Min(Size, chosen.Length - first));
            float[] cells = new float[rows.Length * width];
            for (int i = 0; i < rows.Length; i++)
                all.Row(rows[i]).CopyTo(cells.AsSpan(i * width));
            action(cells, first, rows.Length, workspaces.Value!);
        }, threads, cancel);
        foreach (Workspace workspace in workspaces.Values)
            workspace.Dispose();
    }
}
