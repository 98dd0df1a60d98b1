using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Imputation;

/// <summary>Fills in a block of rows with best guesses, and writes it with cells that tell how sure each is.</summary>
/// <param name="transformer">What fills in.</param>
/// <param name="columns">The model's columns in the file.</param>
/// <param name="added">The columns that are added.</param>
/// <param name="coverage">The share of intervals that are to hold the true number.</param>
internal sealed class RowIntervals(
    DiffusionImputeTransformer transformer, ModelColumns columns, IntervalColumns added, double coverage)
{
    private CellUncertainty[] _uncertainties = [];

    /// <summary>Fills in the missing cells of a block.</summary>
    public void Complete(Table rows, CancellationToken cancel)
    {
        int cells = rows.RowCount * rows.Columns.Count;
        if (_uncertainties.Length < cells)
            _uncertainties = new CellUncertainty[cells];
        transformer.Complete(rows, _uncertainties, coverage, cancel);
    }

    /// <summary>Writes the block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="isFirst">Whether it is the first of the file.</param>
    /// <param name="edits">What changes in it, in the order of the file.</param>
    /// <param name="filled">Those of the changes that fill in a missing cell.</param>
    /// <param name="output">Takes the bytes.</param>
    public void Write(CsvDocument block, bool isFirst, IEnumerable<CellEdit> edits, CellEdit[] filled, Stream output)
    {
        var cells = filled.Select(edit => (edit.Row, edit.Column)).ToHashSet();
        int width = columns.All.Count;
        added.Write(
            block, isFirst, edits,
            (row, i) => cells.Contains((row, columns.All[i].Index)) ? _uncertainties[(row * width) + i] : null, output);
    }
}
