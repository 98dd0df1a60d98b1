using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Imputation;

public sealed partial class TabularDiffusionModel
{
    /// <summary>Fills the missing cells of some rows of a table by draws, as <see cref="Draw"/> does with draw 0.</summary>
    /// <param name="table">The table to fill.</param>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="firstId">The id of the first row; the others follow.</param>
    /// <param name="cancel">Looked at every few milliseconds.</param>
    internal void DrawRows(Table table, int start, int count, ulong seed, ulong firstId, CancellationToken cancel)
    {
        Workspace workspace = Rent();
        int width = _encoder.Encoded.Count;
        Span<float> cells = workspace.Cells(count * width);
        Span<ulong> rowIds = workspace.Ids(count);
        for (int row = 0; row < count; row++)
        {
            Encode(table.Row(start + row), cells.Slice(row * width, width));
            rowIds[row] = firstId + (ulong)row;
        }
        _sampler?.Draw(cells, rowIds, seed, draw: 0, workspace, cancel);
        for (int row = 0; row < count; row++)
            _encoder.Complete(table.Row(start + row), cells.Slice(row * width, width), table.Row(start + row));
        _workspaces.Add(workspace);
    }
}
